import { log } from "../log.ts";
import { sha256 } from "../photo_hash.ts";
import { type Manifest, MANIFEST_VERSION, RESULT_WARNING_CODES } from "../storage/manifest.ts";
import type { ResultStore } from "../storage/result_store.ts";
import type { VariantStore } from "../storage/variant_store.ts";
import type { RenderedPhoto } from "./processed_photo.ts";
import { waitAtMost } from "../wait_at_most.ts";
import { PIPELINE_VERSION, type VariantPaths } from "./variant_paths.ts";
import type { WarningCode } from "./warning.ts";

/** Bound on listing what was stored, in milliseconds: the caller waits. */
const LIST_TIMEOUT_MS = 1_500;

/** Where a result is stored. */
export interface ResultPlace {
  paths: VariantPaths;
  store: VariantStore;
  /** Where its manifest is written; unset: nowhere. */
  results?: ResultStore;
  /** What is there already. */
  manifest?: Manifest;
}

/**
 * Writes a photo's variants to Storage, and then what they are: the manifest, by which `find_result.ts` finds them. A
 * manifest that can not be written costs the next request its time, and this one nothing.
 *
 * @param photo The rendered photo.
 * @param place Where it is stored.
 * @param signal Aborted when the caller has gone away: nothing is tried again then.
 * @returns The variants' public addresses, `storage_failed` or `storage_rejected`.
 * @throws {unknown} The signal's reason, once it is aborted.
 */
export async function storeResult(
  photo: RenderedPhoto,
  { paths, store, results, manifest }: ResultPlace,
  signal?: AbortSignal,
): ReturnType<VariantStore["save"]> {
  const files = photo.variants.map((variant) => ({ ...variant, path: paths.pathOf(variant.name) }));
  const saved = await store.save(files, signal);
  if (!saved.ok || !results) return saved;
  try {
    await results.writeManifest(paths.folder, await manifestOf(photo, paths, results, manifest));
  } catch (error) {
    log("warn", "manifest_not_stored", { cause: String(error).slice(0, 300) });
  }
  return saved;
}

/**
 * Describes the stored variants. Their ETags are told by the list of the folder only.
 *
 * @param before What the folder holds besides: it still does.
 */
async function manifestOf(
  { originalSize: { width, height }, background, warnings, variants }: RenderedPhoto,
  { folder, fileOf }: VariantPaths,
  results: ResultStore,
  before?: Manifest,
): Promise<Manifest> {
  const { removed, provider } = background;
  const listed = await listOf(folder, results);
  const told = await Promise.all(
    variants.map(async ({ name, width, height, bytes, format, file }) => {
      const { bytes: listedBytes, etag = null } = listed.get(fileOf(name)) ?? {};
      const facts = { width, height, bytes, format, sha256: await sha256(file) };
      return [name, { ...facts, etag: listedBytes === bytes ? etag : null }] as const;
    }),
  );
  return {
    version: MANIFEST_VERSION,
    pipeline: PIPELINE_VERSION,
    original_size: [width, height],
    background: { removed, provider },
    // Why a background was kept is of this request: the next may have asked for that.
    warnings: warnings.flatMap(({ code, message }) =>
      belongsToResult(code) ? [{ code, message }] : []
    ),
    variants: { ...before?.variants, ...Object.fromEntries(told) },
  };
}

async function listOf(folder: string, results: ResultStore): ReturnType<ResultStore["list"]> {
  const over = new AbortController();
  try {
    return await waitAtMost(LIST_TIMEOUT_MS, results.list(folder, over.signal));
  } finally {
    over.abort();
  }
}

function belongsToResult(code: WarningCode): code is typeof RESULT_WARNING_CODES[number] {
  return (RESULT_WARNING_CODES as readonly WarningCode[]).includes(code);
}
