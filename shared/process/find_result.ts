import type { VariantName } from "../image/plan.ts";
import { log } from "../log.ts";
import { sha256 } from "../photo_hash.ts";
import { type Manifest, MANIFEST_NAME } from "../storage/manifest.ts";
import { REFUSAL_NAME } from "../storage/refusal.ts";
import type { ListedFile, ResultStore } from "../storage/result_store.ts";
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
 * Looks whether a photo was processed before with the same options: a result in Storage need not be rendered again.
 *
 * A variant counts only if its file is the one that the function wrote. Its size and its ETag, which the list of the folder tells,
 * have to be those of the manifest. A file that is read has to have the manifest's SHA-256, too; where Storage tells no ETag, every
 * file is read for that. Where Storage does not answer, nothing is found.
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
  const files = await results.list(paths.folder, signal);
  if (!files.has(MANIFEST_NAME)) {
    if (!files.has(REFUSAL_NAME)) return {};
    return { isRefused: await results.isRefused(paths.folder, signal) };
  }
  const stored = await results.manifestOf(paths.folder, signal);
  if (stored?.pipeline !== PIPELINE_VERSION) return {};
  const { there, altered } = compare(stored, paths, files);
  const known = stored.variants;
  let variants: Variant[] = [];
  if (options.variants.every((name) => there.includes(name))) {
    const read = await Promise.all(options.variants.map(async (name) => {
      const { sha256: digest, etag, ...facts } = known[name]!;
      const isTold = etag !== null && files.get(paths.fileOf(name))!.etag !== null;
      if (isTold && !needsFiles) return { name, ...facts };
      const file = await results.read(paths.pathOf(name), facts.bytes, signal);
      if (await sha256(file) === digest) return { name, ...facts, ...(needsFiles && { file }) };
      altered.push(name);
      return [];
    }));
    variants = read.flat();
  }
  if (altered.length > 0) log("warn", "result_altered", { variants: altered });
  const left = there.filter((name) => !altered.includes(name));
  const manifest = {
    ...stored,
    variants: Object.fromEntries(left.map((name) => [name, known[name]!])),
  };
  if (variants.length < options.variants.length) return { manifest };
  const [width, height] = stored.original_size;
  const { background: { removed, provider }, warnings } = stored;
  const background = { removed, provider, cached: removed };
  return {
    manifest,
    photo: { originalSize: { width, height }, variants, background, warnings, reused: true },
  };
}

/** Which variants of a manifest are there as it tells, and which have been replaced by something else since it was written. */
function compare(
  { variants }: Manifest,
  { fileOf }: VariantPaths,
  files: ReadonlyMap<string, ListedFile>,
): { there: VariantName[]; altered: VariantName[] } {
  const there: VariantName[] = [];
  const altered: VariantName[] = [];
  for (const [name, { bytes, etag }] of Object.entries(variants) as VariantEntry[]) {
    const file = files.get(fileOf(name));
    if (!file) continue; // deleted
    const isSame = file.bytes === bytes &&
      (etag === null || file.etag === null || file.etag === etag);
    (isSame ? there : altered).push(name);
  }
  return { there, altered };
}

type VariantEntry = [VariantName, NonNullable<Manifest["variants"][VariantName]>];
