import type { Admission } from "../admission/admission.ts";
import { isolateBusy } from "../admission/isolate_busy.ts";
import type { Turn } from "../admission/turn.ts";
import type { CachedRemover } from "../background/cached_remover.ts";
import { cropSubject } from "../image/crop_subject.ts";
import { EngineCrash } from "../image/wasm_engine.ts";
import { inspectPhoto, type PhotoHeader, type PhotoLimits } from "../image/inspect_photo.ts";
import { renderVariant } from "../image/pipeline.ts";
import { planVariant } from "../image/plan.ts";
import type { Raster, Size } from "../image/raster.ts";
import { fail, ok, type Result } from "../result.ts";
import type { ResultStore } from "../storage/result_store.ts";
import type { VariantStore } from "../storage/variant_store.ts";
import { checkCpuBudget } from "./check_cpu_budget.ts";
import { decodeWithin } from "./decode_within.ts";
import { estimateJob } from "./estimate_cpu.ts";
import { findResult, type Found } from "./find_result.ts";
import { backgroundColor, type ProcessOptions } from "./options.ts";
import { crashesEngine, type PhotoCrashes } from "./photo_crashes.ts";
import type { ProcessedPhoto, RenderedPhoto, RenderedVariant } from "./processed_photo.ts";
import { keptWarning, notConfigured, removeBackground } from "./remove_background.ts";
import type { RunNotes } from "./run_notes.ts";
import { storeResult } from "./store_result.ts";
import type { Timings } from "./timings.ts";
import { variantPaths } from "./variant_paths.ts";
import type { Warning } from "./warning.ts";

/** CPU of looking a result up, in milliseconds: 1.4 where it is not there, up to 6 where its files are read (Deno 2.1.4). */
const LOOKUP_MS = 4;

/** CPU of storing a result, in milliseconds: five calls of 1.2 to 2 (Deno 2.1.4). It is not of the photo's turn. */
const STORE_MS = 10;

/** One photo to process. */
export interface PhotoRequest {
  /** The encoded photo. */
  photo: Uint8Array<ArrayBuffer>;
  /** What to make of it. */
  options: ProcessOptions;
  /** Whether the variants are written to Storage. */
  upload: boolean;
  /** Whether it is rendered although Storage has it. @default false */
  force?: boolean;
  /** Whether the variants' files are needed, where nothing has to be rendered. @default true */
  needsFiles?: boolean;
  /** Aborts when the caller has gone away. */
  signal?: AbortSignal;
  /** Where it is told what is learned of the photo. */
  notes: RunNotes;
}

/** What processing needs of the outside. */
export interface ProcessDeps {
  /** Removes backgrounds; unset where that is not configured. */
  remover?: CachedRemover;
  /** Where variants are written. */
  store: VariantStore;
  /** Where results are looked for; unset: every photo is rendered. */
  results?: ResultStore;
  /** Counts the crashes of the image engine by photo; unset: they are not counted. */
  crashes?: PhotoCrashes;
  /** Bounds on photos. */
  limits: PhotoLimits;
  /** CPU that the process may spend, in milliseconds; 0 = no limit. */
  cpuBudgetMs: number;
  /** Lets one job compute at a time, and takes none that can not be finished. */
  admission: Admission;
}

/**
 * Turns a photo into listing pictures: decode, background removal, crop, variants, storage. What is in Storage already
 * is taken from there.
 *
 * A background that can not be removed is a warning, not an error. A caller who goes away costs no CPU from the next step
 * on.
 *
 * @param request The photo and what to make of it.
 * @param deps What it needs of the outside.
 * @param timings Where the steps' times are kept.
 * @returns The variants, or `missing_image`, `unsupported_image_type`, `unsupported_image_encoding`, `invalid_image`,
 * `image_too_large`, `image_too_costly`, `image_crashes_engine`, `isolate_busy`, `storage_failed`, `storage_rejected`.
 * @throws {AppError} `engine_failed`, if the image engine crashes for the first time over the photo, and
 * `image_crashes_engine` if it does so again.
 * @throws what the request's signal was aborted with
 */
export async function processPhoto(
  request: PhotoRequest,
  deps: ProcessDeps,
  timings: Timings,
): Promise<Result<ProcessedPhoto>> {
  const { options, signal, notes } = request;
  const header = inspectPhoto(request.photo, deps.limits);
  if (!header.ok) return header;
  notes.sizeIn = { width: header.value.width, height: header.value.height };
  const found = await lookUp(request, deps, timings);
  if (found.photo) {
    notes.sizeIn = found.photo.originalSize;
    return ok(found.photo);
  }
  const isRefused = found.isRefused ||
    (!request.force && await deps.crashes?.isRefused(request.photo));
  if (isRefused) return fail(crashesEngine());
  const { format, crop } = options;
  const tooCostly = checkCpuBudget(header.value, format, deps.cpuBudgetMs, crop);
  if (tooCostly) return fail(tooCostly);
  const costOf = (first: boolean) => estimateJob(header.value, format, first, crop);
  const admitted = await timings.measure("queue", () => deps.admission.enter(costOf, signal));
  if (!admitted) return fail(isolateBusy());
  using turn = admitted;
  const rendered = await render(request, header.value, deps, timings, turn)
    .catch((error) => crashed(error, request, deps))
    .finally(() => notes.cpuMs = turn.usedMs);
  if (!rendered.ok || !request.upload) return rendered;
  signal?.throwIfAborted();
  deps.admission.spend(STORE_MS);
  const stored = await timings.measure("store", () => store(request, rendered.value, found, deps));
  return stored.ok ? ok({ ...rendered.value, storageUrls: stored.value }) : fail(stored.error);
}

/** Counts a crash of the image engine, so that the photo is not tried for ever; any other error is thrown on. */
async function crashed(
  error: unknown,
  { photo, options }: PhotoRequest,
  { crashes, remover, results }: ProcessDeps,
): Promise<never> {
  if (!crashes || !(error instanceof EngineCrash)) throw error;
  const { folder } = await variantPaths(photo, options, cutoutWanted(options, remover));
  throw await crashes.judge(error, photo, { folder, results });
}

/** Looks for the result that is wanted: with its background removed, if it is to be. */
async function lookUp(
  request: PhotoRequest,
  { remover, results, store, admission }: ProcessDeps,
  timings: Timings,
): Promise<Found> {
  const { photo, options, upload, force, needsFiles = true, signal } = request;
  if (!results || force) return {};
  admission.spend(LOOKUP_MS);
  return await timings.measure("lookup", async () => {
    const paths = await variantPaths(photo, options, cutoutWanted(options, remover));
    const found = await findResult({ options, needsFiles, signal }, paths, results);
    if (!found.photo) return found;
    const { warnings } = found.photo;
    if (!remover && !options.skip_background_removal) warnings.push(keptWarning(notConfigured()));
    if (upload) {
      const files = options.variants.map((name) => ({ name, path: paths.pathOf(name) }));
      found.photo.storageUrls = store.urlsOf(files);
    }
    return found;
  });
}

/** All that computes. The turn is over when it is done, so that storing waits for nobody. */
async function render(
  request: PhotoRequest,
  header: PhotoHeader,
  deps: ProcessDeps,
  timings: Timings,
  turn: Turn,
): Promise<Result<RenderedPhoto>> {
  const { options } = request;
  const cutOut = await cutOutSubject(request, header, deps, timings, turn);
  if (!cutOut.ok) return cutOut;
  const { crop, originalSize, background, warnings } = cutOut.value;
  const shadow = options.shadow === "drop" || (options.shadow === "auto" && background.removed);
  const variants = await renderVariants(crop, shadow, request, timings, turn);
  turn.end();
  return ok({ originalSize, variants, background, warnings, reused: false });
}

interface Subject extends Omit<ProcessedPhoto, "variants" | "reused"> {
  /** The subject, at the working size. */
  crop: Raster;
}

/** Decode, remove the background, crop. The decoded photo is gone when this is done. */
async function cutOutSubject(
  request: PhotoRequest,
  header: PhotoHeader,
  deps: ProcessDeps,
  timings: Timings,
  turn: Turn,
): Promise<Result<Subject>> {
  const { signal } = request;
  const decoded = await timings.measure(
    "decode",
    () => decodeWithin(request.photo, header, turn, signal),
  );
  if (!decoded.ok) return decoded;
  using photo = decoded.value;
  request.notes.sizeIn = photo.originalSize;
  const warnings: Warning[] = [];
  if (photo.damaged) warnings.push(DAMAGED);
  if (photo.endMissing) warnings.push(END_MISSING);
  if (photo.profileIgnored) warnings.push(PROFILE_IGNORED);
  const remover = request.options.skip_background_removal ? null : deps.remover;
  const cutout = await timings.measure(
    "background",
    () => removeBackground(photo, remover, warnings, request, turn),
  );
  turn.prepared();
  await turn.rest(signal);
  const { image: crop, isUncertain } = await timings.measure(
    "crop",
    () => cropSubject(photo, cutout, request.options),
  );
  if (isUncertain) warnings.push(CROP_UNCERTAIN);
  const background = {
    removed: cutout !== undefined,
    provider: cutout ? deps.remover!.provider : null,
    cached: request.notes.api4ai === "cached",
  };
  return ok({ crop, originalSize: photo.originalSize, background, warnings });
}

async function renderVariants(
  crop: Raster,
  shadow: boolean,
  { options, signal }: PhotoRequest,
  timings: Timings,
  turn: Turn,
): Promise<RenderedVariant[]> {
  const { fit, format, quality } = options;
  const background = backgroundColor(options);
  const variants: RenderedVariant[] = [];
  const plans = options.variants.map((name) => planVariant(name, crop, fit, shadow));
  // The largest first: the engine compiles what it finds hot in the background, and the rest then runs that.
  for (const plan of plans.toSorted((a, b) => area(b.frame) - area(a.frame))) {
    await turn.rest(signal);
    const { name } = plan;
    const file = await timings.measure(
      name,
      () => renderVariant(crop, { ...plan, shadow, background, format, quality }),
    );
    variants.push({ name, ...plan.frame, format, bytes: file.length, file });
  }
  return options.variants.map((name) => variants.find((variant) => variant.name === name)!);
}

function area({ width, height }: Size): number {
  return width * height;
}

async function store(
  { photo, options, signal }: PhotoRequest,
  rendered: RenderedPhoto,
  { manifest }: Found,
  { remover, store, results }: ProcessDeps,
): ReturnType<VariantStore["save"]> {
  const wanted = cutoutWanted(options, remover);
  const cutout = rendered.background.removed ? wanted : WITH_BACKGROUND;
  const paths = await variantPaths(photo, options, cutout);
  // What was found is of the result that was wanted.
  const before = cutout === wanted ? manifest : undefined;
  return await storeResult(rendered, { paths, store, results, manifest: before }, signal);
}

/** The part of a path that tells of a photo that has its background. */
const WITH_BACKGROUND = "none";

/** The part of a path that tells who cut the photo out, if all goes well. */
function cutoutWanted(
  options: ProcessOptions,
  remover: CachedRemover | undefined,
): string {
  return remover && !options.skip_background_removal
    ? `${remover.provider}:${remover.variant}`
    : WITH_BACKGROUND;
}

const DAMAGED: Warning = {
  code: "image_damaged",
  message: "The photo's file is damaged: parts of the picture may look wrong. Upload it again.",
};

const CROP_UNCERTAIN: Warning = {
  code: "crop_uncertain",
  message:
    "The crop may cut the car: parts of it are nearly as white as the ground around it. Have the background removed, " +
    "raise padding, or keep the whole picture with the option crop: none.",
};

const PROFILE_IGNORED: Warning = {
  code: "color_profile_ignored",
  message:
    "The photo's colour profile is damaged, or made for another kind of picture, and was ignored: colours may look wrong. " +
    "Save the photo in sRGB.",
};

const END_MISSING: Warning = {
  code: "image_end_missing",
  message:
    "The photo's file lacks its end, but all of the picture is there. Nothing has to be done.",
};
