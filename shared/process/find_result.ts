import { log } from "../log.ts";
import { type Manifest, MANIFEST_NAME } from "../storage/manifest.ts";
import { REFUSAL_NAME } from "../storage/refusal.ts";
import type { ResultStore } from "../storage/result_store.ts";
import { waitAtMost } from "../wait_at_most.ts";
import type { ProcessOptions } from "./options.ts";
import type { ProcessedPhoto, Variant } from "./processed_photo.ts";
import { PIPELINE_VERSION, type VariantPaths } from "./variant_paths.ts";

/** Bound on looking a result up, in milliseconds: it is there to save time. */
const LOOKUP_TIMEOUT_MS = 1_500;

/** What is wanted of a photo. */
export interface Wanted {
  options: ProcessOptions;
  /** Whether the files themselves are needed. */
  needsFiles: boolean;
  /** Aborts when the caller has gone away. */
  signal?: AbortSignal;
}

/** What Storage has of a photo. */
export interface Found {
  /** The answer, if every variant that is wanted is there. */
  photo?: ProcessedPhoto;
  /** Whether the photo is not to be tried any more: it has crashed the image engine. @default false */
  isRefused?: boolean;
  /** The manifest of what is there, if there is one that is still true. */
  manifest?: Manifest;
}

/**
 * Looks whether a photo was processed before with the same options: what is in Storage then need not be rendered.
 *
 * A variant counts only if its file is there, in the size that the manifest tells. Where Storage does not answer, nothing
 * is found.
 *
 * @param wanted What is wanted of it.
 * @param paths Where its variants are stored.
 * @param results Where they are looked for.
 * @throws {unknown} The signal's reason, once it is aborted.
 */
export async function findResult(
  wanted: Wanted,
  paths: VariantPaths,
  results: ResultStore,
): Promise<Found> {
  const over = new AbortController();
  const signal = wanted.signal ? AbortSignal.any([wanted.signal, over.signal]) : over.signal;
  try {
    return await waitAtMost(LOOKUP_TIMEOUT_MS, find(wanted, paths, results, signal));
  } catch (error) {
    wanted.signal?.throwIfAborted();
    log("warn", "lookup_failed", { cause: String(error).slice(0, 300) });
    return {};
  } finally {
    over.abort(); // calls that nobody waits for any more
  }
}

async function find(
  { options, needsFiles }: Wanted,
  paths: VariantPaths,
  results: ResultStore,
  signal: AbortSignal,
): Promise<Found> {
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
