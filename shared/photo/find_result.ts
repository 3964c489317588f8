import { OWN_ALPHA } from "../background/own_alpha.ts";
import { mayBeTransparent } from "../image/decode/decode_load.ts";
import type { PhotoHeader } from "../image/decode/inspect_photo.ts";
import { type Manifest, MANIFEST_NAME } from "../storage/manifest.ts";
import { REFUSAL_NAME } from "../storage/refusal.ts";
import type { ListedFile, ResultStore } from "../storage/result_store.ts";
import { sha256 } from "../lib/sha256.ts";
import { withTimeout } from "../lib/with_timeout.ts";
import { firstLine, log } from "../telemetry/log.ts";
import type { Photo } from "./photo.ts";
import type { PhotoJob } from "./photo_job.ts";
import type { ProcessDeps } from "./process_deps.ts";
import type { ProcessedPhoto, Variant } from "./processed_photo.ts";
import { keptWarning, notConfigured } from "./remove_background.ts";
import {
  acceptedCutouts,
  fileName,
  PIPELINE_VERSION,
  usesOwnAlpha,
  type VariantPaths,
  variantPaths,
} from "./variant_paths.ts";
import { qualityWarnings } from "./quality_warnings.ts";
import { warnOfEnlarged, warnOfSmall } from "./warning.ts";
import { TASK_MS } from "../isolate/cpu_costs.ts";

/** Bound on a lookup, in milliseconds. A lookup exists to save time. */
const LOOKUP_TIMEOUT_MS = 1_500;

/** The parts of a photo's result that Storage has. */
export interface StoredResult {
  /** The result, if every variant that the caller wants is stored. */
  photo?: ProcessedPhoto;
  /** Whether the photo is refused because it has crashed the image engine too often. @default false */
  isRefused?: boolean;
  /** The manifests of the stored variants, by the cutout that their paths name. */
  manifests?: ReadonlyMap<string, Manifest>;
}

/** The lookup's result if Storage has none, or if no lookup took place. */
export const NOTHING_STORED: StoredResult = {};

/**
 * Finds the result of the same photo with the same options in Storage.
 *
 * A photo whose header announces transparency may have come as a cutout. Its result by its own alpha is preferred; a
 * result by the remover counts unless its manifest says that the photo came as a cutout.
 *
 * A variant counts only if its file is the one that the function wrote: the listed size and ETag match the
 * manifest. A file that is read must also match the manifest's SHA-256; without listed ETags, every file is read
 * for that check. If Storage does not answer in time, it counts as empty.
 *
 * @param job The photo's context.
 * @param photo The photo with the settings of its request.
 * @param header The photo's header.
 * @param deps The stores.
 * @throws the signal's reason, if the caller has disconnected
 */
export async function findResult(
  job: PhotoJob,
  photo: Photo,
  header: PhotoHeader,
  { remover, results, store, admission, looks }: ProcessDeps,
): Promise<StoredResult> {
  if (!results) return NOTHING_STORED;
  const { bytes, options, upload, returnImages, backdrops } = photo;
  const cutouts = acceptedCutouts(options, remover, () => mayBeTransparent(bytes, header));
  admission.charge(TASK_MS.lookup * cutouts.length);
  const over = new AbortController();
  const signal = AbortSignal.any([job.signal, over.signal]);
  const wanted = { options, needsFiles: returnImages };
  try {
    const lookups = cutouts.map(async (cutout): Promise<Lookup> => {
      const paths = await variantPaths(bytes, options, cutout, {
        presets: looks?.presets,
        backdrops,
      });
      return { cutout, paths, ...await find(wanted, paths, results, signal) };
    });
    const all = await withTimeout(LOOKUP_TIMEOUT_MS, Promise.all(lookups));
    const found = all.find((one) => one.photo !== undefined);
    if (!found?.photo) return withoutPhoto(all);
    job.facts.sizeIn = found.photo.originalSize;
    const { warnings, background } = found.photo;
    if (!remover && !background.removed && !options.skip_background_removal) {
      warnings.push(keptWarning(notConfigured()));
    }
    if (upload) {
      const files = options.variants.map((name) => ({ name, path: found.paths.pathOf(name) }));
      found.photo.storageUrls = store.urlsOf(files);
    }
    return { photo: found.photo };
  } catch (error) {
    job.signal.throwIfAborted();
    log("warn", "lookup_failed", { cause: firstLine(error) });
    return NOTHING_STORED;
  } finally {
    over.abort(); // ends the calls whose results are not needed any more
  }
}

/** The parts of a result that one folder has. */
interface Found extends Pick<StoredResult, "photo" | "isRefused"> {
  manifest?: Manifest;
}

/** A folder's cutout and paths, with its parts. */
interface Lookup extends Found {
  cutout: string;
  paths: VariantPaths;
}

function withoutPhoto(all: readonly Lookup[]): StoredResult {
  const known = all.flatMap(({ cutout, manifest }) =>
    manifest ? [[cutout, manifest] as const] : []
  );
  return { isRefused: all.some(({ isRefused }) => isRefused), manifests: new Map(known) };
}

async function find(
  { options, needsFiles }: { options: Photo["options"]; needsFiles: boolean },
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
  const { there, altered } = compare(stored, files);
  const known = stored.variants;
  let variants: Variant[] = [];
  if (options.variants.every((name) => there.includes(paths.stemOf(name)))) {
    const read = await Promise.all(options.variants.map(async (name) => {
      const { sha256: digest, etag, car_small: isCarSmall, enlarged: isEnlarged, ...entry } =
        known[paths.stemOf(name)];
      const facts = {
        ...entry,
        ...(isCarSmall && { isCarSmall }),
        ...(isEnlarged && { isEnlarged }),
      };
      const isListed = etag !== null && files.get(paths.fileOf(name))!.etag !== null;
      if (isListed && !needsFiles) return { name, ...facts };
      const file = await results.read(paths.pathOf(name), facts.bytes, signal);
      if (await sha256(file) === digest) return { name, ...facts, ...(needsFiles && { file }) };
      altered.push(paths.stemOf(name));
      return [];
    }));
    variants = read.flat();
  }
  if (altered.length > 0) log("warn", "result_altered", { variants: altered });
  const left = there.filter((stem) => !altered.includes(stem));
  const manifest = {
    ...stored,
    variants: Object.fromEntries(left.map((stem) => [stem, known[stem]])),
  };
  const isOther = stored.own_alpha_unused === true && usesOwnAlpha(options);
  if (isOther || variants.length < options.variants.length) return { manifest };
  const [width, height] = stored.original_size;
  const { crop, quality, background: { removed, provider } } = stored;
  const warnings = [
    ...stored.warnings,
    ...qualityWarnings(quality, variants),
    ...warnOfEnlarged(variants),
    ...warnOfSmall({ width, height }),
  ];
  const background = { removed, provider, cached: removed && provider !== OWN_ALPHA };
  return {
    manifest,
    photo: {
      originalSize: { width, height },
      crop,
      quality,
      variants,
      background,
      warnings,
      reused: true,
    },
  };
}

/**
 * Compares a manifest with the listed files: finds the stems of the variants that are stored, and of those that another
 * file has replaced.
 */
function compare(
  { variants }: Manifest,
  files: ReadonlyMap<string, ListedFile>,
): { there: string[]; altered: string[] } {
  const there: string[] = [];
  const altered: string[] = [];
  for (const [stem, { bytes, etag, format }] of Object.entries(variants)) {
    const file = files.get(fileName(stem, format));
    if (!file) continue; // deleted
    const isSame = file.bytes === bytes &&
      (etag === null || file.etag === null || file.etag === etag);
    (isSame ? there : altered).push(stem);
  }
  return { there, altered };
}
