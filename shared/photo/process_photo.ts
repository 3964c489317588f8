import type { CachedRemover } from "../background/cached_remover.ts";
import { readDecodeLoad } from "../image/decode/decode_load.ts";
import type { DecodedPhoto } from "../image/decode/decoded_photo.ts";
import { inspectPhoto, type PhotoHeader } from "../image/decode/inspect_photo.ts";
import { isMagickUp } from "../image/engine/magick.ts";
import { EngineCrash } from "../image/engine/wasm_engine.ts";
import { mapRect } from "../image/map_rect.ts";
import { measureQuality } from "../image/quality/measure_quality.ts";
import { rectOf } from "../image/raster.ts";
import type { CpuSlot } from "../isolate/cpu_slot.ts";
import { TASK_MS } from "../isolate/cpu_costs.ts";
import { isolateBusy } from "../isolate/isolate_busy.ts";
import { freeBuffer } from "../lib/free_buffer.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { afterResponse } from "../telemetry/after_response.ts";
import { photoHash } from "../lib/sha256.ts";
import { hasBackdrops, loadBackdrops, NO_BACKDROPS } from "./backdrop/backdrops.ts";
import { checkCpuBudget } from "./check_cpu_budget.ts";
import { checkRequired } from "./check_required.ts";
import { cropFor } from "./crop_for.ts";
import { qualityWarnings } from "./quality_warnings.ts";
import { decodeWithin } from "./decode_within.ts";
import { estimateJob } from "./estimate_cpu.ts";
import { isPlainJpeg } from "./estimate_decode.ts";
import { variantsNeedMagick } from "./presets/extra_cost.ts";
import { cutoutForPlates, warnOfPlate } from "./hide_plates.ts";
import { findResult, NOTHING_STORED } from "./find_result.ts";
import type { Photo } from "./photo.ts";
import type { PhotoJob } from "./photo_job.ts";
import { crashesEngine } from "./photo_crashes.ts";
import type { ProcessDeps } from "./process_deps.ts";
import { asksForFloor } from "./plan_variants.ts";
import { type DetailPlan, planDetail } from "./presets/plan_detail.ts";
import { type Presets, STANDARD_PRESETS, variantOptions } from "./presets/preset.ts";
import type { ProcessedPhoto, RenderedPhoto } from "./processed_photo.ts";
import { findRelay } from "./relay/find_relay.ts";
import { removeBackground } from "./remove_background.ts";
import { renderVariants } from "./render_variants.ts";
import { storeResult } from "./store_result.ts";
import { intendedCutout, variantPaths } from "./variant_paths.ts";
import { addToVehicle } from "./vehicle/add_to_vehicle.ts";
import {
  CROP_UNCERTAIN,
  DAMAGED,
  END_MISSING,
  PROFILE_IGNORED,
  warnOfEnlarged,
  warnOfSmall,
} from "./warning.ts";

/**
 * Turns a photo into listing pictures, step by step. A result that Storage already has ends the steps early.
 *
 * A background that cannot be removed is a warning, not an error.
 *
 * @param job The photo's context; it runs the steps.
 * @param received The photo with the settings of its request.
 * @param deps The dependencies.
 * @returns The variants, or `missing_image`, `unsupported_image_type`, `unsupported_image_encoding`, `invalid_image`,
 * `image_too_large`, `quality_rejected`, `image_too_costly`, `image_crashes_engine`, `isolate_busy`, `storage_failed`,
 * `storage_rejected`, `backdrop_forbidden`, `backdrop_not_found`, `backdrop_invalid`, `vehicle_full`, `vehicle_unavailable`.
 * @throws {AppError} `engine_failed`, if the photo crashes the image engine for the first time;
 * `image_crashes_engine`, if it does so again
 * @throws the signal's reason, if the caller has disconnected
 */
export async function processPhoto(
  job: PhotoJob,
  received: Photo,
  { plateRemover, ...others }: ProcessDeps,
): Promise<Result<ProcessedPhoto>> {
  const { bytes, options } = received;
  const deps = options.plate === "keep" ? others : { ...others, remover: plateRemover };
  const { admission, cpuBudgetMs, limits, looks } = deps;

  const inspected = inspectPhoto(bytes, limits);
  if (!inspected.ok) return inspected;
  const { width, height } = inspected.value;
  job.facts.sizeIn = { width, height };

  const presets = looks?.presets ?? STANDARD_PRESETS;
  const backdrops = hasBackdrops(options, presets)
    ? await job.step("backdrop", () => loadBackdrops(options, presets, deps.backdrops))
    : ok(NO_BACKDROPS);
  if (!backdrops.ok) return backdrops;
  if (backdrops.value.size > 0) admission.charge(TASK_MS.backdrop);
  const photo = { ...received, backdrops: backdrops.value };
  const stored = photo.force
    ? NOTHING_STORED
    : await job.step("lookup", () => findResult(job, photo, inspected.value, deps));
  job.facts.photoHash = await photoHash(bytes); // the lookup has computed it
  if (photo.upload && photo.filename !== null) job.facts.filename = photo.filename;
  if (stored.photo) {
    const { warnings, quality } = stored.photo;
    const rejection = checkRequired(warnings, quality, options);
    return rejection ? fail(rejection) : await addToVehicle(job, photo, stored.photo, deps);
  }
  const isRefused = stored.isRefused || (!photo.force && await deps.crashes?.isRefused(bytes));
  if (isRefused) return fail(crashesEngine());

  const header = { ...inspected.value, load: readDecodeLoad(bytes, inspected.value) };
  const { format, crop: cropping } = options;
  const plan = planDetail(header, photo, presets, cpuBudgetMs);
  const { extraMs } = plan;
  const hasRelay = deps.working !== undefined;
  const tooCostly = checkCpuBudget(header, format, cpuBudgetMs, cropping, hasRelay, extraMs);
  const found = await findRelay(job, photo, header, tooCostly !== null, deps, extraMs);
  if (!found.ok) return found;
  const relay = found.value;
  if (tooCostly && !relay) return fail(tooCostly);
  const needsMagick = !isPlainJpeg(header) ||
    variantsNeedMagick(options, presets, photo.backdrops);
  const cost = (isFirst: boolean) =>
    relay?.cost(isFirst) ??
      estimateJob(header, format, isFirst, cropping, extraMs, needsMagick && !isMagickUp());
  // A photo that several isolates decode is not decoded once more.
  const detail = relay ? { ...plan, longSidePx: undefined } : plan;
  const admitted = await job.step("queue", () => admission.enter(cost, job.signal));
  if (!admitted) return fail(isolateBusy());
  using slot = job.slot = admitted;

  const decode = () =>
    relay ? relay.decode(job, slot) : decodeWithin(bytes, header, slot, job.signal);
  const rendered = await render(job, photo, decode, slot, {
    ...{ header, presets, detail },
    remover: deps.remover,
    keepsPicture: others.remover?.kind === "image",
  })
    .catch((error) => countCrash(error, photo, deps));
  slot.end();
  const done = !rendered.ok || !photo.upload
    ? rendered
    : await job.step("store", () => storeResult(job, photo, rendered.value, stored, deps));
  // A photo that may be sent again continues from its parts.
  if (relay && (done.ok || !done.error.retryable)) afterResponse(relay.drop());
  return done.ok ? await addToVehicle(job, photo, done.value, deps) : done;
}

/** Input of a rendering besides the photo. */
interface RenderDeps {
  header: PhotoHeader;
  presets: Presets;
  detail: DetailPlan;
  remover?: CachedRemover;
  /** Whether the portal wants the remover's picture and not the photo's own pixels. */
  keepsPicture: boolean;
}

/** The steps that compute. Storing waits for no other photo, so it comes after them. */
async function render(
  job: PhotoJob,
  photo: Photo,
  decode: () => Promise<Result<DecodedPhoto>>,
  slot: CpuSlot,
  { header, presets, detail, remover, keepsPicture }: RenderDeps,
): Promise<Result<RenderedPhoto>> {
  const { options } = photo;
  const decoded = await job.step("decode", decode);
  if (!decoded.ok) return decoded;
  using working = decoded.value;
  job.facts.sizeIn = working.originalSize;

  const { background, warning, isOwnCutout, plates, ...removed } = await job.step(
    "background",
    () => removeBackground(job, slot, working, options, remover),
  );
  const cutout = cutoutForPlates(removed.cutout, plates, keepsPicture);
  slot.prepared();
  const needsCar = options.variants.some((name) => {
    const own = variantOptions(name, options, presets);
    return own.framing !== "none" || asksForFloor(own);
  });
  const crop = await job.step("crop", () => cropFor(options, needsCar, working, cutout));
  if (cutout && cutout.kind !== "image") freeBuffer(cutout.mask.data); // garbage collections take CPU
  const { size } = working;
  const quality = measureQuality(crop, size, cutout?.kind);
  const unusable = checkRequired(qualityWarnings(quality, []), quality, options);
  if (unusable) return fail(unusable);
  working[Symbol.dispose](); // rendering needs the memory

  const rendered = await renderVariants(job, photo, {
    ...{ crop, working: size, header, presets, detail, plates },
    isCutOut: background.removed,
    hasOwnPixels: cutout?.kind !== "image",
  }, slot);
  if (!rendered.ok) return rendered;
  freeBuffer(crop.image.data);
  const variants = rendered.value;

  const warnings = [
    ...(working.damaged ? [DAMAGED] : []),
    ...(working.endMissing ? [END_MISSING] : []),
    ...(working.profileIgnored ? [PROFILE_IGNORED] : []),
    ...(warning ? [warning] : []),
    ...(crop.isUncertain ? [CROP_UNCERTAIN] : []),
    ...warnOfPlate(plates, options),
    ...qualityWarnings(quality, variants),
    ...warnOfEnlarged(variants),
    ...warnOfSmall(working.originalSize),
  ];
  const rejection = checkRequired(warnings, quality, options);
  return rejection ? fail(rejection) : ok({
    originalSize: working.originalSize,
    crop: mapRect(crop.box, rectOf(size), rectOf(working.originalSize)),
    variants,
    background,
    isOwnCutout,
    quality,
    warnings,
    reused: false,
  });
}

/** Counts a crash of the image engine, so that the photo is not retried endlessly. Any other error passes through. */
async function countCrash(
  error: unknown,
  { bytes, options, backdrops }: Photo,
  { crashes, remover, results, looks }: ProcessDeps,
): Promise<never> {
  if (!crashes || !(error instanceof EngineCrash)) throw error;
  const { folder } = await variantPaths(
    bytes,
    options,
    intendedCutout(options, remover),
    { presets: looks?.presets, backdrops },
  );
  throw await crashes.judge(error, bytes, { folder, results });
}
