import { inspectPhoto } from "../image/decode/inspect_photo.ts";
import { cropSubject } from "../image/edit/crop_subject.ts";
import { renderVariant } from "../image/pipeline.ts";
import { isolateBusy } from "../isolate/isolate_busy.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { checkCpuBudget } from "./check_cpu_budget.ts";
import { decodeWithin } from "./decode_within.ts";
import { estimateJob } from "./estimate_cpu.ts";
import { findResult, NOTHING_STORED } from "./find_result.ts";
import type { Photo } from "./photo.ts";
import type { PhotoJob } from "./photo_job.ts";
import type { ProcessDeps } from "./process_deps.ts";
import { planVariants } from "./plan_variants.ts";
import type { ProcessedPhoto, RenderedPhoto, RenderedVariant } from "./processed_photo.ts";
import { removeBackground } from "./remove_background.ts";
import { storeResult } from "./store_result.ts";
import { CROP_UNCERTAIN, DAMAGED, END_MISSING, PROFILE_IGNORED } from "./warning.ts";

/**
 * Turns a photo into listing pictures: the list of steps, in their order. A result that Storage already has ends the
 * list early.
 *
 * A background that cannot be removed is a warning, not an error.
 *
 * @param job The photo's context; it runs the steps.
 * @param photo The photo, and what the caller asks for it.
 * @param deps The outside.
 * @returns The variants, or `missing_image`, `unsupported_image_type`, `unsupported_image_encoding`, `invalid_image`,
 * `image_too_large`, `image_too_costly`, `isolate_busy`, `storage_failed`, `storage_rejected`.
 * @throws {AppError} `engine_failed`
 * @throws the signal's reason, if the caller has gone away
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
  const header = inspected.value;
  job.facts.sizeIn = { width: header.width, height: header.height };

  const stored = photo.force
    ? NOTHING_STORED
    : await job.step("lookup", () => findResult(job, photo, deps));
  if (stored.photo) return ok(stored.photo);

  const { format, crop: cropping } = options;
  const tooCostly = checkCpuBudget(header, format, cpuBudgetMs, cropping);
  if (tooCostly) return fail(tooCostly);
  const cost = (isFirst: boolean) => estimateJob(header, format, isFirst, cropping);
  const admitted = await job.step("queue", () => admission.enter(cost, job.signal));
  if (!admitted) return fail(isolateBusy());
  using slot = job.slot = admitted;

  const decoded = await job.step("decode", () => decodeWithin(bytes, header, slot, job.signal));
  if (!decoded.ok) return decoded;
  using working = decoded.value;
  job.facts.sizeIn = working.originalSize;

  const { cutout, background, warning } = await job.step(
    "background",
    () => removeBackground(job, slot, working, options, deps.remover),
  );
  slot.prepared();
  const { image: crop, isUncertain } = await job.step(
    "crop",
    () => cropSubject(working, cutout, options),
  );
  working[Symbol.dispose](); // rendering needs the memory

  const variants: RenderedVariant[] = [];
  for (const plan of planVariants(options, crop, background.removed)) {
    const { name, frame, format } = plan;
    const file = await job.step(name, () => renderVariant(crop, plan));
    variants.push({ name, ...frame, format, bytes: file.length, file });
  }
  slot.end();

  const rendered: RenderedPhoto = {
    originalSize: working.originalSize,
    variants: options.variants.map((name) => variants.find((one) => one.name === name)!),
    background,
    warnings: [
      ...(working.damaged ? [DAMAGED] : []),
      ...(working.endMissing ? [END_MISSING] : []),
      ...(working.profileIgnored ? [PROFILE_IGNORED] : []),
      ...(warning ? [warning] : []),
      ...(isUncertain ? [CROP_UNCERTAIN] : []),
    ],
    reused: false,
  };
  if (!photo.upload) return ok(rendered);
  return await job.step("store", () => storeResult(job, photo, rendered, stored, deps));
}
