import type { CachedRemover } from "../background/cached_remover.ts";
import { readDecodeLoad } from "../image/decode/decode_load.ts";
import type { DecodedPhoto } from "../image/decode/decoded_photo.ts";
import { inspectPhoto } from "../image/decode/inspect_photo.ts";
import { EngineCrash } from "../image/engine/wasm_engine.ts";
import { renderVariant } from "../image/pipeline.ts";
import type { CpuSlot } from "../isolate/cpu_slot.ts";
import { isolateBusy } from "../isolate/isolate_busy.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { afterResponse } from "../telemetry/after_response.ts";
import { photoHash } from "../lib/sha256.ts";
import { checkCpuBudget } from "./check_cpu_budget.ts";
import { cropFor } from "./crop_for.ts";
import { decodeWithin } from "./decode_within.ts";
import { estimateJob } from "./estimate_cpu.ts";
import { findResult, NOTHING_STORED } from "./find_result.ts";
import type { ProcessOptions } from "./options.ts";
import type { Photo } from "./photo.ts";
import type { PhotoJob } from "./photo_job.ts";
import { crashesEngine } from "./photo_crashes.ts";
import type { ProcessDeps } from "./process_deps.ts";
import { planVariants } from "./plan_variants.ts";
import type { ProcessedPhoto, RenderedPhoto, RenderedVariant } from "./processed_photo.ts";
import { findRelay } from "./relay/find_relay.ts";
import { removeBackground } from "./remove_background.ts";
import { storeResult } from "./store_result.ts";
import { intendedCutout, variantPaths } from "./variant_paths.ts";
import {
  CROP_UNCERTAIN,
  DAMAGED,
  END_MISSING,
  PROFILE_IGNORED,
  warnOfSmall,
  warnOfSmallCar,
} from "./warning.ts";

/**
 * Turns a photo into listing pictures, step by step. A result that Storage already has ends the steps early.
 *
 * A background that cannot be removed is a warning, not an error.
 *
 * @param job The photo's context; it runs the steps.
 * @param photo The photo with the settings of its request.
 * @param deps The dependencies.
 * @returns The variants, or `missing_image`, `unsupported_image_type`, `unsupported_image_encoding`, `invalid_image`,
 * `image_too_large`, `image_too_costly`, `image_crashes_engine`, `isolate_busy`, `storage_failed`, `storage_rejected`.
 * @throws {AppError} `engine_failed`, if the photo crashes the image engine for the first time;
 * `image_crashes_engine`, if it does so again
 * @throws the signal's reason, if the caller has disconnected
 */
export async function processPhoto(
  job: PhotoJob,
  photo: Photo,
  deps: ProcessDeps,
): Promise<Result<ProcessedPhoto>> {
  const { bytes, options } = photo;
  const { admission, cpuBudgetMs, limits } = deps;

  const inspected = inspectPhoto(bytes, limits);
  if (!inspected.ok) return inspected;
  const { width, height } = inspected.value;
  job.facts.sizeIn = { width, height };

  const stored = photo.force
    ? NOTHING_STORED
    : await job.step("lookup", () => findResult(job, photo, inspected.value, deps));
  job.facts.photoHash = await photoHash(bytes); // the lookup has computed it
  if (photo.upload && photo.filename !== null) job.facts.filename = photo.filename;
  if (stored.photo) return ok(stored.photo);
  const isRefused = stored.isRefused || (!photo.force && await deps.crashes?.isRefused(bytes));
  if (isRefused) return fail(crashesEngine());

  const header = { ...inspected.value, load: readDecodeLoad(bytes, inspected.value) };
  const { format, crop: cropping } = options;
  const hasRelay = deps.working !== undefined;
  const tooCostly = checkCpuBudget(header, format, cpuBudgetMs, cropping, hasRelay);
  const found = await findRelay(job, photo, header, tooCostly !== null, deps);
  if (!found.ok) return found;
  const relay = found.value;
  if (tooCostly && !relay) return fail(tooCostly);
  const cost = (isFirst: boolean) =>
    relay?.cost(isFirst) ?? estimateJob(header, format, isFirst, cropping);
  const admitted = await job.step("queue", () => admission.enter(cost, job.signal));
  if (!admitted) return fail(isolateBusy());
  using slot = job.slot = admitted;

  const decode = () =>
    relay ? relay.decode(job, slot) : decodeWithin(bytes, header, slot, job.signal);
  const rendered = await render(job, options, decode, slot, deps.remover)
    .catch((error) => countCrash(error, photo, deps));
  slot.end();
  const done = !rendered.ok || !photo.upload
    ? rendered
    : await job.step("store", () => storeResult(job, photo, rendered.value, stored, deps));
  // A photo that may be sent again continues from its parts.
  if (relay && (done.ok || !done.error.retryable)) afterResponse(relay.drop());
  return done;
}

/** The steps that compute. Storing waits for no other photo, so it comes after them. */
async function render(
  job: PhotoJob,
  options: ProcessOptions,
  decode: () => Promise<Result<DecodedPhoto>>,
  slot: CpuSlot,
  remover?: CachedRemover,
): Promise<Result<RenderedPhoto>> {
  const decoded = await job.step("decode", decode);
  if (!decoded.ok) return decoded;
  using working = decoded.value;
  job.facts.sizeIn = working.originalSize;

  const { cutout, background, warning, isOwnCutout } = await job.step(
    "background",
    () => removeBackground(job, slot, working, options, remover),
  );
  slot.prepared();
  const { image: crop, car, isUncertain } = await job.step(
    "crop",
    () => cropFor(options, working, cutout),
  );
  working[Symbol.dispose](); // rendering needs the memory

  const variants: RenderedVariant[] = [];
  for (const plan of planVariants(options, crop, background.removed, car)) {
    const { name, frame, format, isCarSmall } = plan;
    const file = await job.step(name, () => renderVariant(crop, plan));
    variants.push({ name, ...frame, format, isCarSmall, bytes: file.length, file });
  }

  return ok({
    originalSize: working.originalSize,
    variants: options.variants.map((name) => variants.find((one) => one.name === name)!),
    background,
    isOwnCutout,
    warnings: [
      ...(working.damaged ? [DAMAGED] : []),
      ...(working.endMissing ? [END_MISSING] : []),
      ...(working.profileIgnored ? [PROFILE_IGNORED] : []),
      ...(warning ? [warning] : []),
      ...(isUncertain ? [CROP_UNCERTAIN] : []),
      ...warnOfSmallCar(variants),
      ...warnOfSmall(working.originalSize),
    ],
    reused: false,
  });
}

/** Counts a crash of the image engine, so that the photo is not retried endlessly. Any other error passes through. */
async function countCrash(
  error: unknown,
  { bytes, options }: Photo,
  { crashes, remover, results }: ProcessDeps,
): Promise<never> {
  if (!crashes || !(error instanceof EngineCrash)) throw error;
  const { folder } = await variantPaths(bytes, options, intendedCutout(options, remover));
  throw await crashes.judge(error, bytes, { folder, results });
}
