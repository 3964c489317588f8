import type { DecodeLoad } from "../image/decode/decode_load.ts";
import type { InputFormat } from "../image/image_format.ts";
import type { PhotoHeader } from "../image/decode/inspect_photo.ts";
import { jpegScale, WORKING_SIDE_PX, workingSize } from "../image/plan.ts";
import type { Size } from "../image/raster.ts";

// All figures are CPU in a fresh process on Deno 2.1.4, at the pace of the machine of `bench/RESULTS.md`. Figures
// that depend on the content were measured in a warm process, relative to an ordinary photo of the same format, and
// multiplied by 1.5, the ratio of a fresh process to a warm one (`tests/fuzz/cost_meter.ts`).

/** CPU of a decoder's first use, the same for all photos, in milliseconds. */
const FIRST_USE_MS = 30;

/** CPU of each decoder, in milliseconds per megapixel, as a function of the file's bytes per pixel. */
const MS_PER_MEGAPIXEL: Record<Exclude<InputFormat, "jpeg">, (bytesPerPixel: number) => number> = {
  bmp: () => 12,
  tiff: () => 30,
  gif: () => 50,
  png: () => 90,
  webp: (rate) => 40 + 42 * rate,
  avif: (rate) => 87 + 165 * rate,
  heic: (rate) => 67 + 225 * Math.min(rate, 0.5) + 112 * Math.max(0, rate - 0.5),
};

/** Bytes per pixel of an ordinary photo, for files of unknown length. */
const USUAL_RATE: Record<InputFormat, number> = {
  bmp: 3,
  tiff: 3,
  gif: 0.6,
  png: 1.5,
  webp: 0.1,
  avif: 0.07,
  heic: 0.15,
  jpeg: 0.2,
};

/**
 * CPU of the JPEG decoder, in milliseconds: per megapixel of the file; per megapixel of the size that it decodes
 * to; per megabyte beyond an ordinary file, whose rate is in bytes per pixel. For several scans: per megapixel of
 * each scan, and per megabyte.
 */
const JPEG_MS = {
  perMegapixel: 5,
  perDecodedMegapixel: 22,
  perMegabyte: 10,
  usualRate: 0.25,
  scans: { perMegapixel: 1.5, perMegabyte: 97, usualRate: 0.4 },
};

/** CPU of converting colours to sRGB, in milliseconds per decoded megapixel. */
const CONVERT_MS = { profile: 54, ink: 100, grey: 35 };

/** CPU of transparency, in milliseconds per decoded megapixel: of detecting it, and of scaling it. */
const ALPHA_MS = { look: 25, shrink: 55 };

/**
 * CPU of scaling a decoded frame down, in milliseconds per megapixel of the frame and of the result: by whole
 * pixels, and by fractions of pixels. The JPEG decoder scales while it decodes.
 */
const SHRINK_MS = { whole: { from: 30, to: 0 }, fraction: { from: 40, to: 90 } };

/** Formats whose decoders report each decoded row, and not only the later processing of the rows. */
const DECODED_BY_ROW: ReadonlySet<InputFormat> = new Set(["jpeg", "png", "tiff", "bmp"]);

/**
 * Estimates from a photo's header the CPU of decoding the file, converting its colours and scaling it down to the
 * working size.
 *
 * @param header The header, with the file's load if that was read; otherwise the estimate is for an ordinary photo.
 * @returns Milliseconds in a fresh process. An ordinary photo takes half to twice that; relative to its estimate,
 * no file takes more than 1.3 times as much as an ordinary photo of the same format.
 */
export function estimateDecodeMs(header: PhotoHeader): number {
  return FIRST_USE_MS + readMs(header) + laterMs(header);
}

/**
 * Estimates the CPU of the parts of decoding that report their steps. The machine's pace is measured by them.
 *
 * @param header As for {@linkcode estimateDecodeMs}.
 * @returns Milliseconds in a fresh process.
 */
export function estimateStepsMs(header: PhotoHeader): number {
  return laterMs(header) + (DECODED_BY_ROW.has(header.format) ? readMs(header) : 0);
}

function readMs(header: PhotoHeader): number {
  const { format } = header;
  const size = megapixels(header);
  const megabytes = header.load === undefined ? USUAL_RATE[format] * size : header.load.bytes / 1e6;
  if (format !== "jpeg") return MS_PER_MEGAPIXEL[format](megabytes / size) * size;
  const { perMegapixel, perDecodedMegapixel, perMegabyte, usualRate, scans } = JPEG_MS;
  const count = header.load?.scans ?? 1;
  const decodedMs = perMegapixel * size + perDecodedMegapixel * megapixels(decodedSize(header));
  return count > 1
    ? decodedMs + scans.perMegapixel * size * count +
      scans.perMegabyte * Math.max(0, megabytes - scans.usualRate * size)
    : decodedMs + perMegabyte * Math.max(0, megabytes - usualRate * size);
}

/** Estimates the CPU of all steps after reading the file, in milliseconds. */
function laterMs(header: PhotoHeader): number {
  const decoded = decodedSize(header);
  return megapixels(decoded) * convertMs(header.load) + shrinkMs(decoded, header.load?.alpha);
}

function convertMs(load: DecodeLoad | undefined): number {
  if (load === undefined) return 0;
  const { profile, ink, grey, alpha } = load;
  return (ink ? CONVERT_MS.ink : profile ? CONVERT_MS.profile : grey ? CONVERT_MS.grey : 0) +
    (alpha ? ALPHA_MS.look : 0);
}

function shrinkMs(decoded: Size, alpha = false): number {
  const working = workingSize(decoded, WORKING_SIDE_PX);
  if (working.pixelsPerPixel === 1) return 0;
  const { from, to } = SHRINK_MS[Number.isInteger(working.pixelsPerPixel) ? "whole" : "fraction"];
  const alphaMs = alpha ? ALPHA_MS.shrink : 0;
  return (from + alphaMs) * megapixels(decoded) + to * megapixels(working);
}

function decodedSize(header: PhotoHeader): Size {
  return header.format === "jpeg" ? jpegScale(header, WORKING_SIDE_PX) : header;
}

/** Millions of pixels. */
export function megapixels({ width, height }: Size): number {
  return (width * height) / 1e6;
}
