import type { JobCost } from "../isolate/cpu_slot.ts";
import type { OutputFormat } from "../image/image_format.ts";
import type { PhotoHeader } from "../image/decode/inspect_photo.ts";
import { type CropMode, WORKING_SIDE_PX, workingSize } from "../image/plan.ts";
import { estimateDecodeMs, megapixels } from "./estimate_decode.ts";
import { JOB_MS, WARM_RATIO } from "../isolate/cpu_costs.ts";

/** Size of the usual crop, that of `fixtures/street.jpg`, in megapixels. */
const USUAL_CROP_MEGAPIXELS = 0.9;

/**
 * Estimates the CPU of a whole request, from the photo's header and options alone.
 *
 * @param header The photo's header.
 * @param output The type of the variants.
 * @param crop The crop mode: a whole picture has more pixels to render.
 * @param extraMs CPU of the presets, in milliseconds.
 * @returns Milliseconds, including the startup of the process.
 */
export function estimateRequestMs(
  header: PhotoHeader,
  output: OutputFormat,
  crop: CropMode = "auto",
  extraMs = 0,
): number {
  return JOB_MS.rest[output] + extraMs + wholePictureMs(header, output, crop) +
    estimateDecodeMs(header);
}

/**
 * Estimates the extra CPU of rendering the whole picture instead of a usual crop, in milliseconds in a fresh
 * process.
 */
function wholePictureMs(header: PhotoHeader, output: OutputFormat, crop: CropMode): number {
  if (crop !== "none") return 0;
  const above = megapixels(workingSize(header, WORKING_SIDE_PX)) - USUAL_CROP_MEGAPIXELS;
  return JOB_MS.largerCrop[output] * Math.max(0, above);
}

/**
 * Estimates the CPU of a job in a running process, before and after it waits for the background remover.
 *
 * @param header The photo's header.
 * @param output The type of the variants.
 * @param first Whether it is the first job of its process. Code that V8 has not optimised yet takes twice as long.
 * @param crop The crop mode.
 * @param extraMs CPU of the presets, in milliseconds.
 * @param startsEngine Whether the job starts ImageMagick. @default if it is the first one
 */
export function estimateJob(
  header: PhotoHeader,
  output: OutputFormat,
  first: boolean,
  crop: CropMode = "auto",
  extraMs = 0,
  startsEngine = first,
): JobCost {
  const engineMs = startsEngine ? JOB_MS.engine : 0;
  const decodeMs = estimateDecodeMs(header);
  const finishMs = JOB_MS.rest[output] - JOB_MS.boot - JOB_MS.engine - JOB_MS.jpegForRemover +
    wholePictureMs(header, output, crop) + extraMs;
  if (first) return { prepareMs: engineMs + decodeMs + JOB_MS.jpegForRemover, finishMs };
  const ratio = header.format === "jpeg" ? WARM_RATIO.jpeg : WARM_RATIO.others;
  return {
    prepareMs: engineMs + (decodeMs + JOB_MS.jpegForRemover) * ratio,
    finishMs: finishMs * ratio,
  };
}

/**
 * Finds the largest photo that fits. All smaller photos fit too.
 *
 * @param header The header of a photo, for the type and shape.
 * @param fits Returns whether a photo of this size fits.
 * @returns Megapixels; 0 if not even a small one fits.
 */
export function largestThatFits(
  header: PhotoHeader,
  fits: (header: PhotoHeader) => boolean,
): number {
  let max = SMALLEST_MEGAPIXELS;
  if (!fits(scaledTo(header, max))) return 0;
  const all = megapixels(header);
  while (max < all && fits(scaledTo(header, max * STEP))) max *= STEP;
  let tooLarge = max * STEP;
  for (let halvings = 0; halvings < HALVINGS; halvings++) {
    const middle = (max + tooLarge) / 2;
    if (fits(scaledTo(header, middle))) max = middle;
    else tooLarge = middle;
  }
  const rounded = Math.round(max * 10) / 10;
  const fitsRounded = fits(scaledTo(header, rounded * (1 - Number.EPSILON * 4)));
  return Math.min(fitsRounded ? rounded : max, all);
}

/** The start and the step of the search for the largest size. */
const SMALLEST_MEGAPIXELS = 0.1;
const STEP = 1.1;

/** Halvings of the last step. */
const HALVINGS = 12;

function scaledTo(header: PhotoHeader, size: number): PhotoHeader {
  const share = size / megapixels(header);
  const scale = Math.sqrt(share);
  // A plain JPEG costs less than a smaller one that ImageMagick has to decode.
  const plain = header.format !== "jpeg" && header.load?.plain;
  const load = header.load && { ...header.load, bytes: header.load.bytes * share, plain };
  return { ...header, width: header.width * scale, height: header.height * scale, load };
}
