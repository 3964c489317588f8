import type { JobCost } from "../isolate/cpu_slot.ts";
import type { OutputFormat } from "../image/image_format.ts";
import type { PhotoHeader } from "../image/decode/inspect_photo.ts";
import { type CropMode, WORKING_SIDE_PX, workingSize } from "../image/plan.ts";
import { estimateDecodeMs, megapixels } from "./estimate_decode.ts";

/**
 * CPU of the first request of a fresh process beside decoding, in milliseconds: start, compilation, the JPEG for API4.ai,
 * the mask, three variants. Measured on Deno 2.1.4 (`bench/RESULTS.md`), as are all figures here.
 */
const REST_MS: Record<OutputFormat, number> = { webp: 650, png: 750, jpeg: 550 };

/**
 * CPU of rendering a larger crop, in milliseconds for each megapixel of it above that of a usual one, in a fresh process: measured as
 * ratio to the crop of `fixtures/street.jpg` in the same run (Deno 2.9.6).
 */
const LARGER_CROP_MS: Record<OutputFormat, number> = { webp: 230, png: 350, jpeg: 190 };

/** A usual crop, in megapixels: that of `fixtures/street.jpg`. */
const USUAL_CROP_MEGAPIXELS = 0.9;

/** What of {@linkcode REST_MS} is the process's start, up to the first request, in milliseconds. */
export const BOOT_MS = 120;

/** What of that is starting ImageMagick, in milliseconds. */
const ENGINE_MS = 60;

/** What of that is encoding the JPEG for the background remover, in milliseconds. */
const JPEG_FOR_REMOVER_MS = 80;

/**
 * How a later job's CPU compares with the first one's: measured 0.45 to 0.5, 0.65 for the slower decoders, and 0.7 where
 * the two alternate.
 */
const WARM = 0.7;

/** CPU of trying a fresh engine, which reports its steps (`try_engine.ts`), in milliseconds. */
export const TRIAL_MS = 32;

/**
 * Estimates the CPU of a whole request, from the photo's header and options alone.
 *
 * @param header The photo's header.
 * @param output The type of the variants.
 * @param crop How the photo is cropped: a whole picture has more pixels to render.
 * @returns Milliseconds, the start of the process included.
 */
export function estimateRequestMs(
  header: PhotoHeader,
  output: OutputFormat,
  crop: CropMode = "auto",
): number {
  return REST_MS[output] + wholePictureMs(header, output, crop) + estimateDecodeMs(header);
}

/** What rendering the whole picture costs more than rendering a usual crop, in milliseconds of a fresh process. */
function wholePictureMs(header: PhotoHeader, output: OutputFormat, crop: CropMode): number {
  if (crop !== "none") return 0;
  const above = megapixels(workingSize(header, WORKING_SIDE_PX)) - USUAL_CROP_MEGAPIXELS;
  return LARGER_CROP_MS[output] * Math.max(0, above);
}

/**
 * Estimates the CPU of a job in a process that is up, before and after it waits for the background remover.
 *
 * @param header The photo's header.
 * @param output The type of the variants.
 * @param first Whether it is the first of its process: code that V8 has not optimised takes twice the time.
 * @param crop How the photo is cropped.
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
 * How large a photo may be for a request to stay within some CPU: as large as this, and whatever is smaller.
 *
 * @param header A photo's header; another of its type and shape is meant.
 * @param output The type of the variants.
 * @param withinMs The CPU, in milliseconds.
 * @param crop How the photo is cropped.
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

/** Where the search for the largest size begins, and by how much it goes on. */
const SMALLEST_MEGAPIXELS = 0.1;
const STEP = 1.01;

function scaledTo(header: PhotoHeader, size: number): PhotoHeader {
  const share = size / megapixels(header);
  const scale = Math.sqrt(share);
  const load = header.load && { ...header.load, bytes: header.load.bytes * share };
  return { ...header, width: header.width * scale, height: header.height * scale, load };
}
