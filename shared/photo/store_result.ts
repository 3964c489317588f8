import { OWN_ALPHA } from "../background/own_alpha.ts";
import { sha256 } from "../lib/sha256.ts";
import { withTimeout } from "../lib/with_timeout.ts";
import { ok, type Result } from "../lib/result.ts";
import { type Manifest, MANIFEST_VERSION, RESULT_WARNING_CODES } from "../storage/manifest.ts";
import type { ResultStore } from "../storage/result_store.ts";
import { firstLine, log } from "../telemetry/log.ts";
import type { StoredResult } from "./find_result.ts";
import type { Photo } from "./photo.ts";
import type { PhotoJob } from "./photo_job.ts";
import type { ProcessDeps } from "./process_deps.ts";
import type { ProcessedPhoto, RenderedPhoto } from "./processed_photo.ts";
import {
  actualCutout,
  intendedCutout,
  PIPELINE_VERSION,
  type VariantPaths,
  variantPaths,
} from "./variant_paths.ts";
import type { WarningCode } from "./warning.ts";
import { TASK_MS } from "../isolate/cpu_costs.ts";

/** Bound on listing the stored files, in milliseconds. The caller waits for it. */
const LIST_TIMEOUT_MS = 1_500;

/**
 * Writes a photo's variants to Storage, and then the manifest, by which `find_result.ts` finds them. A failure to
 * write the manifest does not fail this request; the next one renders the photo again.
 *
 * @param job The photo's context.
 * @param photo The photo with the settings of its request.
 * @param rendered The rendered photo.
 * @param stored The lookup's result.
 * @param deps The stores.
 * @returns The photo with its public addresses, `storage_failed` or `storage_rejected`.
 * @throws the signal's reason, if the caller has disconnected
 */
export async function storeResult(
  job: PhotoJob,
  { bytes, options, backdrops }: Photo,
  rendered: RenderedPhoto,
  stored: StoredResult,
  { remover, store, results, admission, looks }: ProcessDeps,
): Promise<Result<ProcessedPhoto>> {
  admission.charge(TASK_MS.store);
  const actual = actualCutout(rendered.background, intendedCutout(options, remover));
  const paths = await variantPaths(bytes, options, actual, {
    presets: looks?.presets,
    backdrops,
  });
  const files = rendered.variants.map((variant) => ({
    ...variant,
    path: paths.pathOf(variant.name),
  }));
  const saved = await store.save(files, job.signal);
  if (!saved.ok) return saved;
  const before = stored.manifests?.get(actual);
  try {
    const manifest = results && await manifestOf(rendered, paths, results, before);
    if (manifest) await results.writeManifest(paths.folder, manifest);
  } catch (error) {
    log("warn", "manifest_not_stored", { cause: firstLine(error) });
  }
  return ok({ ...rendered, storageUrls: saved.value });
}

/**
 * Describes the stored variants. Their ETags come from the folder's list.
 *
 * @param before The manifest of the variants that stay in the folder.
 */
async function manifestOf(
  { originalSize: { width, height }, crop, quality, background, isOwnCutout, warnings, variants }:
    RenderedPhoto,
  { folder, fileOf, stemOf }: VariantPaths,
  results: ResultStore,
  before?: Manifest,
): Promise<Manifest> {
  const { removed, provider } = background;
  const listed = await listOf(folder, results);
  const added = await Promise.all(
    variants.map(async ({ name, isCarSmall, isEnlarged, file, ...facts }) => {
      const { bytes: listedBytes, etag = null } = listed.get(fileOf(name)) ?? {};
      const rest = {
        ...(isCarSmall && { car_small: true as const }),
        ...(isEnlarged && { enlarged: true as const }),
        sha256: await sha256(file),
        etag: listedBytes === facts.bytes ? etag : null,
      };
      return [stemOf(name), { ...facts, ...rest }] as const;
    }),
  );
  return {
    version: MANIFEST_VERSION,
    pipeline: PIPELINE_VERSION,
    original_size: [width, height],
    crop,
    quality,
    background: { removed, provider },
    ...(isOwnCutout && provider !== OWN_ALPHA && { own_alpha_unused: true as const }),
    // The reason why a background was kept concerns this request only: the next caller may want it kept.
    warnings: warnings.flatMap(({ code, message }) =>
      belongsToResult(code) ? [{ code, message }] : []
    ),
    variants: { ...before?.variants, ...Object.fromEntries(added) },
  };
}

async function listOf(folder: string, results: ResultStore): ReturnType<ResultStore["list"]> {
  const over = new AbortController();
  try {
    return await withTimeout(LIST_TIMEOUT_MS, results.list(folder, over.signal));
  } finally {
    over.abort();
  }
}

function belongsToResult(code: WarningCode): code is typeof RESULT_WARNING_CODES[number] {
  return (RESULT_WARNING_CODES as readonly WarningCode[]).includes(code);
}
