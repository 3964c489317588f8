import type { JobCost } from "../admission/turn.ts";
import type { InputFormat, OutputFormat } from "../image/image_format.ts";
import type { PhotoHeader } from "../image/inspect_photo.ts";
import type { Size } from "../image/raster.ts";
import { jpegScale, WORKING_SIDE_PX, workingSize } from "../image/plan.ts";

/**
 * CPU of the first request of a fresh process beside decoding, in milliseconds: start, compilation, the JPEG for API4.ai,
 * the mask, three variants. Measured on Deno 2.1.4 (`bench/RESULTS.md`), as are all figures here.
 */
const REST_MS: Record<OutputFormat, number> = { webp: 650, png: 750, jpeg: 550 };

/** What of that is the process's start, up to the first request, in milliseconds. */
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

/** CPU of a decoder, in milliseconds a megapixel of the file; a JPEG's is told apart below. */
const DECODE_MS_PER_MEGAPIXEL: Record<Exclude<InputFormat, "jpeg">, number> = {
  bmp: 12,
  tiff: 20,
  gif: 50,
  webp: 55,
  png: 70,
  avif: 115,
  heic: 150,
};

/** CPU of a JPEG's decoder: for a megapixel of the file, and for one of what it is scaled to while it is decoded. */
const JPEG_MS = { perMegapixel: 5, perDecodedMegapixel: 22 };

/** CPU of a decoder's first use, whatever the photo, in milliseconds. */
const FIRST_USE_MS = 30;

/** CPU of scaling a decoded frame down, in milliseconds a megapixel; a JPEG's decoder has done it. */
const SHRINK_MS_PER_MEGAPIXEL = 35;

/**
 * Estimates the CPU of decoding a photo, from its header alone.
 *
 * @returns Milliseconds in a fresh process; right within a factor of two.
 */
export function estimateDecodeMs(header: PhotoHeader): number {
  const decoded = header.format === "jpeg" ? jpegScale(header, WORKING_SIDE_PX) : header;
  const shrinks = workingSize(decoded, WORKING_SIDE_PX).pixelsPerPixel > 1;
  const decodedMs = (shrinks ? SHRINK_MS_PER_MEGAPIXEL : 0) +
    (header.format === "jpeg" ? JPEG_MS.perDecodedMegapixel : 0);
  const fileMs = header.format === "jpeg"
    ? JPEG_MS.perMegapixel
    : DECODE_MS_PER_MEGAPIXEL[header.format];
  return FIRST_USE_MS + fileMs * megapixels(header) + decodedMs * megapixels(decoded);
}

/**
 * Estimates the CPU of a whole request, from the photo's header alone.
 *
 * @param header The photo's header.
 * @param output The type of the variants.
 * @returns Milliseconds, the start of the process included.
 */
export function estimateRequestMs(header: PhotoHeader, output: OutputFormat): number {
  return REST_MS[output] + estimateDecodeMs(header);
}

/**
 * Estimates the CPU of a job in a process that is up, before and after it waits for the background remover.
 *
 * @param header The photo's header.
 * @param output The type of the variants.
 * @param first Whether it is the first of its process: code that V8 has not optimised takes twice the time.
 */
export function estimateJob(header: PhotoHeader, output: OutputFormat, first: boolean): JobCost {
  const decodeMs = estimateDecodeMs(header);
  const finishMs = REST_MS[output] - BOOT_MS - ENGINE_MS - JPEG_FOR_REMOVER_MS;
  return first
    ? { prepareMs: ENGINE_MS + decodeMs + JPEG_FOR_REMOVER_MS, finishMs }
    : { prepareMs: (decodeMs + JPEG_FOR_REMOVER_MS) * WARM, finishMs: finishMs * WARM };
}

/**
 * How large a photo may be for a request to stay within some CPU.
 *
 * @param format The photo's type; one larger than the working size is assumed.
 * @param output The type of the variants.
 * @param withinMs The CPU, in milliseconds.
 * @returns Megapixels; 0 if not even a small one fits.
 */
export function megapixelsWithin(
  format: InputFormat,
  output: OutputFormat,
  withinMs: number,
): number {
  const leftMs = withinMs - REST_MS[output] - FIRST_USE_MS;
  const most = format === "jpeg"
    ? (leftMs - JPEG_MS.perDecodedMegapixel * MOST_WORKING_MEGAPIXELS) / JPEG_MS.perMegapixel
    : leftMs / (DECODE_MS_PER_MEGAPIXEL[format] + SHRINK_MS_PER_MEGAPIXEL);
  return Math.max(0, most);
}

/** A square of the largest working size. */
const MOST_WORKING_MEGAPIXELS = ((WORKING_SIDE_PX * 1.125) ** 2) / 1e6;

function megapixels({ width, height }: Size): number {
  return (width * height) / 1e6;
}
