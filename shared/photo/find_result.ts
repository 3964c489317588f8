import { type Manifest, MANIFEST_NAME } from "../storage/manifest.ts";
import { REFUSAL_NAME } from "../storage/refusal.ts";
import type { ResultStore } from "../storage/result_store.ts";
import { withTimeout } from "../lib/with_timeout.ts";
import { firstLine, log } from "../telemetry/log.ts";
import type { Photo } from "./photo.ts";
import type { PhotoJob } from "./photo_job.ts";
import type { ProcessDeps } from "./process_deps.ts";
import type { ProcessedPhoto, Variant } from "./processed_photo.ts";
import { keptWarning, notConfigured } from "./remove_background.ts";
import {
  intendedCutout,
  PIPELINE_VERSION,
  type VariantPaths,
  variantPaths,
} from "./variant_paths.ts";

/** Bound on a lookup, in milliseconds: it exists to save time. */
const LOOKUP_TIMEOUT_MS = 1_500;

/** CPU of a lookup, in milliseconds: 1.4 without a result, up to 6 where the files are read (Deno 2.1.4). */
const LOOKUP_MS = 4;

/** What Storage has of a photo's result. */
export interface StoredResult {
  /** The answer, if every variant that the caller wants is there. */
  photo?: ProcessedPhoto;
  /** Whether the photo must not be tried any more: it has crashed the image engine. @default false */
  isRefused?: boolean;
  /** The manifest of the variants that are there. */
  manifest?: Manifest;
}

/** The stored result where Storage has none, or was not asked. */
export const NOTHING_STORED: StoredResult = {};

/**
 * Finds the result of the same photo with the same options in Storage. A variant counts only if its file is there, in the
 * size that the manifest states. A Storage that does not answer in time counts as empty.
 *
 * @param job The photo's context.
 * @param photo The photo, and what the caller asks for it.
 * @param deps The stores.
 * @throws the signal's reason, if the caller has gone away
 */
export async function findResult(
  job: PhotoJob,
  photo: Photo,
  { remover, results, store, admission }: ProcessDeps,
): Promise<StoredResult> {
  if (!results) return NOTHING_STORED;
  admission.charge(LOOKUP_MS);
  const { bytes, options, upload, returnImages } = photo;
  const paths = await variantPaths(bytes, options, intendedCutout(options, remover));
  const over = new AbortController();
  const signal = AbortSignal.any([job.signal, over.signal]);
  const wanted = { options, needsFiles: returnImages };
  try {
    const found = await withTimeout(LOOKUP_TIMEOUT_MS, find(wanted, paths, results, signal));
    if (!found.photo) return found;
    job.facts.sizeIn = found.photo.originalSize;
    const { warnings } = found.photo;
    if (!remover && !options.skip_background_removal) warnings.push(keptWarning(notConfigured()));
    if (upload) {
      const files = options.variants.map((name) => ({ name, path: paths.pathOf(name) }));
      found.photo.storageUrls = store.urlsOf(files);
    }
    return found;
  } catch (error) {
    job.signal.throwIfAborted();
    log("warn", "lookup_failed", { cause: firstLine(error) });
    return NOTHING_STORED;
  } finally {
    over.abort(); // ends the calls that nobody waits for any more
  }
}

async function find(
  { options, needsFiles }: { options: Photo["options"]; needsFiles: boolean },
  paths: VariantPaths,
  results: ResultStore,
  signal: AbortSignal,
): Promise<StoredResult> {
  const sizes = await results.list(paths.folder, signal);
  if (!sizes.has(MANIFEST_NAME)) {
    if (!sizes.has(REFUSAL_NAME)) return {};
    return { isRefused: await results.isRefused(paths.folder, signal) };
  }
  const stored = await results.manifestOf(paths.folder, signal);
  if (stored?.pipeline !== PIPELINE_VERSION) return {};
  const manifest = whatIsThere(stored, paths, sizes);
  const variants: Variant[] = [];
  for (const name of options.variants) {
    const variant = manifest.variants[name];
    if (!variant) return { manifest };
    variants.push({ name, ...variant });
  }
  if (needsFiles) {
    await Promise.all(variants.map(async (variant) => {
      const { name, bytes } = variant;
      variant.file = await results.read(paths.pathOf(name), bytes, signal);
      if (variant.file.length !== bytes) throw new Error(`${name} is not of its size`);
    }));
  }
  const [width, height] = manifest.original_size;
  const { background: { removed, provider }, warnings } = manifest;
  const background = { removed, provider, cached: removed };
  return {
    manifest,
    photo: { originalSize: { width, height }, variants, background, warnings, reused: true },
  };
}

/** The manifest without the variants that have been deleted, or replaced by something else, since it was written. */
function whatIsThere(
  manifest: Manifest,
  { fileOf }: VariantPaths,
  sizes: ReadonlyMap<string, number>,
): Manifest {
  const variants = Object.entries(manifest.variants)
    .filter(([name, { bytes }]) => sizes.get(fileOf(name as Variant["name"])) === bytes);
  return { ...manifest, variants: Object.fromEntries(variants) };
}
