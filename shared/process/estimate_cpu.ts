import type { InputFormat, OutputFormat } from "../image/image_format.ts";
import type { PhotoHeader } from "../image/inspect_photo.ts";

/**
 * CPU of the first request of a fresh process beside decoding, in milliseconds: start, compilation, the JPEG for API4.ai,
 * the mask, three variants. Measured on Deno 2.1.4 (`bench/RESULTS.md`), as are all figures here.
 */
const REST_MS: Record<OutputFormat, number> = { webp: 650, png: 750, jpeg: 550 };

/** CPU of a type's decoder, in milliseconds a megapixel. A JPEG is decoded at a fraction of its size. */
const DECODE_MS_PER_MEGAPIXEL: Record<InputFormat, number> = {
  jpeg: 8,
  tiff: 12,
  bmp: 12,
  gif: 50,
  webp: 55,
  png: 65,
  avif: 115,
  heic: 150,
};

/** CPU of scaling the decoded frame down, in milliseconds a megapixel; a JPEG's decoder has done it. */
const SHRINK_MS_PER_MEGAPIXEL = 35;

/** A longer side up to this is not scaled down, in pixels. */
const UNSHRUNK_SIDE_PX = 2_304;

/**
 * Estimates the CPU of decoding a photo, from its header alone.
 *
 * @returns Milliseconds in a fresh process; right within a factor of two.
 */
export function estimateDecodeMs({ format, width, height }: PhotoHeader): number {
  return (width * height / 1e6) * perMegapixel(format, Math.max(width, height));
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
 * How large a photo may be for a request to stay within some CPU.
 *
 * @param format The photo's type.
 * @param output The type of the variants.
 * @param withinMs The CPU, in milliseconds.
 * @returns Megapixels; 0 if not even a small one fits.
 */
export function megapixelsWithin(
  format: InputFormat,
  output: OutputFormat,
  withinMs: number,
): number {
  const leftMs = withinMs - REST_MS[output];
  return Math.max(0, leftMs / perMegapixel(format, UNSHRUNK_SIDE_PX + 1));
}

function perMegapixel(format: InputFormat, longSidePx: number): number {
  const shrinks = format !== "jpeg" && longSidePx > UNSHRUNK_SIDE_PX;
  return DECODE_MS_PER_MEGAPIXEL[format] + (shrinks ? SHRINK_MS_PER_MEGAPIXEL : 0);
}
