import type { JobCost } from "../isolate/cpu_slot.ts";
import type { OutputFormat } from "../image/image_format.ts";
import type { PhotoHeader } from "../image/decode/inspect_photo.ts";
import { type CropMode, WORKING_SIDE_PX, workingSize } from "../image/plan.ts";
import { estimateDecodeMs, megapixels } from "./estimate_decode.ts";

/**
 * CPU of the first request of a fresh process without decoding, in milliseconds: startup, compilation, the JPEG for
 * API4.ai, the mask, three variants. All figures here were measured on Deno 2.1.4 (`bench/RESULTS.md`).
 */
const REST_MS: Record<OutputFormat, number> = { webp: 650, png: 750, jpeg: 550 };

/**
 * CPU of rendering a larger crop in a fresh process, in milliseconds per megapixel above the usual crop. Measured
 * as a ratio to the crop of `fixtures/street.jpg` in the same run (Deno 2.9.6).
 */
const LARGER_CROP_MS: Record<OutputFormat, number> = { webp: 230, png: 350, jpeg: 190 };

/** Size of the usual crop, that of `fixtures/street.jpg`, in megapixels. */
const USUAL_CROP_MEGAPIXELS = 0.9;

/** The part of {@linkcode REST_MS} for the process's startup, before the first request, in milliseconds. */
export const BOOT_MS = 120;

/** The part of {@linkcode REST_MS} for starting ImageMagick, in milliseconds. */
const ENGINE_MS = 60;

/** The part of {@linkcode REST_MS} for encoding the background remover's JPEG, in milliseconds. */
const JPEG_FOR_REMOVER_MS = 80;

/**
 * Ratio of a later job's CPU to the first job's. Measured: 0.45 to 0.5, 0.65 for the slower decoders, 0.7 if the
 * two alternate.
 */
const WARM = 0.7;

/** CPU of the trial run of a fresh engine (`try_engine.ts`), which reports its steps, in milliseconds. */
export const TRIAL_MS = 32;

/**
 * Estimates the CPU of a whole request, from the photo's header and options alone.
 *
 * @param header The photo's header.
 * @param output The type of the variants.
 * @param crop The crop mode: a whole picture has more pixels to render.
 * @returns Milliseconds, including the startup of the process.
 */
export function estimateRequestMs(
  header: PhotoHeader,
  output: OutputFormat,
  crop: CropMode = "auto",
): number {
  return REST_MS[output] + wholePictureMs(header, output, crop) + estimateDecodeMs(header);
}

/**
 * Estimates the extra CPU of rendering the whole picture instead of a usual crop, in milliseconds in a fresh
 * process.
 */
function wholePictureMs(header: PhotoHeader, output: OutputFormat, crop: CropMode): number {
  if (crop !== "none") return 0;
  const above = megapixels(workingSize(header, WORKING_SIDE_PX)) - USUAL_CROP_MEGAPIXELS;
  return LARGER_CROP_MS[output] * Math.max(0, above);
}

/**
 * Estimates the CPU of a job in a running process, before and after it waits for the background remover.
 *
 * @param header The photo's header.
 * @param output The type of the variants.
 * @param first Whether it is the first job of its process. Code that V8 has not optimised yet takes twice as long.
 * @param crop The crop mode.
 */
export function estimateJob(
  header: PhotoHeader,
  output: OutputFormat,
  first: boolean,
  crop: CropMode = "auto",
): JobCost {
  const decodeMs = estimateDecodeMs(header);
  const finishMs = REST_MS[output] - BOOT_MS - ENGINE_MS - JPEG_FOR_REMOVER_MS +
    wholePictureMs(header, output, crop);
  return first
    ? { prepareMs: ENGINE_MS + decodeMs + JPEG_FOR_REMOVER_MS, finishMs }
    : { prepareMs: (decodeMs + JPEG_FOR_REMOVER_MS) * WARM, finishMs: finishMs * WARM };
}

/**
 * Finds the largest photo whose request stays within a CPU bound. All smaller photos stay within it too.
 *
 * @param header The header of a photo, for the type and shape.
 * @param output The type of the variants.
 * @param withinMs The CPU bound, in milliseconds.
 * @param crop The crop mode.
 * @returns Megapixels; 0 if not even a small one fits.
 */
export function megapixelsWithin(
  header: PhotoHeader,
  output: OutputFormat,
  withinMs: number,
  crop: CropMode = "auto",
): number {
  const fits = (size: number) =>
    estimateRequestMs(scaledTo(header, size), output, crop) <= withinMs;
  let most = SMALLEST_MEGAPIXELS;
  if (!fits(most)) return 0;
  const all = megapixels(header);
  while (most < all && fits(most * STEP)) most *= STEP;
  return Math.min(most, all);
}

/** The start and the step of the search for the largest size. */
const SMALLEST_MEGAPIXELS = 0.1;
const STEP = 1.01;

function scaledTo(header: PhotoHeader, size: number): PhotoHeader {
  const share = size / megapixels(header);
  const scale = Math.sqrt(share);
  const load = header.load && { ...header.load, bytes: header.load.bytes * share };
  return { ...header, width: header.width * scale, height: header.height * scale, load };
}
