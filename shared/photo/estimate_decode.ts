import type { DecodeLoad } from "../image/decode/decode_load.ts";
import type { InputFormat } from "../image/image_format.ts";
import type { HeifGrid } from "../image/decode/heif/heif_grid.ts";
import type { TileRows } from "../image/decode/heif/heif_rows.ts";
import type { PhotoHeader } from "../image/decode/inspect_photo.ts";
import { jpegScale, wholeReduction, WORKING_SIDE_PX, workingSize } from "../image/plan.ts";
import { plainScale } from "../image/decode/jpeg/plain_scale.ts";
import type { Size } from "../image/raster.ts";
import { DECODE_MS, JOB_MS } from "../isolate/cpu_costs.ts";

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

/** Formats whose decoders report each decoded row, and not only the later processing of the rows. */
const DECODED_BY_ROW: ReadonlySet<InputFormat> = new Set(["jpeg", "png", "tiff", "bmp"]);

/**
 * Estimates from a photo's header the CPU of decoding the file, converting its colours and scaling it down to the
 * working size.
 *
 * @param header The header, with the file's load if that was read; otherwise the estimate is for an ordinary photo.
 * @param longSidePx Target for the longer side of the result, in pixels.
 * @returns Milliseconds in a fresh process. An ordinary photo takes half to twice that; relative to its estimate,
 * no file takes more than 1.3 times as much as an ordinary photo of the same format.
 */
export function estimateDecodeMs(header: PhotoHeader, longSidePx = WORKING_SIDE_PX): number {
  return firstUseMs(header, longSidePx) + readMs(header, longSidePx) + laterMs(header, longSidePx);
}

/**
 * Estimates the CPU of decoding a plain JPEG by ImageMagick, as the pixel loops have not been able to.
 *
 * @param header As for {@linkcode estimateDecodeMs}.
 * @param isMagickUp Whether ImageMagick has been started.
 * @returns Milliseconds in a fresh process.
 */
export function estimateSecondTryMs(header: PhotoHeader, isMagickUp: boolean): number {
  const load = header.load && { ...header.load, plain: false };
  return (isMagickUp ? 0 : JOB_MS.engine) + estimateDecodeMs({ ...header, load });
}

/**
 * Estimates the CPU of the same if the picture is scaled before its colours are converted, as for a {@linkcode Relay}.
 *
 * @param header As for {@linkcode estimateDecodeMs}.
 * @returns Milliseconds in a fresh process.
 */
export function estimateScaledDecodeMs(header: PhotoHeader): number {
  const decoded = decodedSize(header);
  const { alpha = false } = header.load ?? {};
  const { pixelsPerPixel } = workingSize(decoded, WORKING_SIDE_PX);
  const scalingMs = pixelsPerPixel > 1 && Number.isInteger(pixelsPerPixel)
    ? DECODE_MS.boxShrink * megapixels(decoded)
    : shrinkMs(decoded, alpha);
  return firstUseMs(header) + readMs(header) + scalingMs +
    (alpha ? DECODE_MS.alpha.detect * megapixels(decoded) : 0) +
    convertMs(header.load && { ...header.load, alpha: false }) *
      megapixels(workingSize(decoded, WORKING_SIDE_PX));
}

/**
 * Estimates the CPU of decoding some rows of a HEIC's or AVIF's tiles, scaling them to the working size and converting
 * their colours.
 *
 * @param header The photo's header.
 * @param grid Its tiles.
 * @param rows The rows of tiles.
 * @returns Milliseconds in a fresh process.
 */
export function estimateRowsMs(
  header: PhotoHeader,
  { tiles, tile, columns }: HeifGrid,
  { from, to }: TileRows,
): number {
  if (from === to) return 0;
  const bytes = tiles.slice(from * columns, to * columns)
    .reduce((sum, { data }) => sum + data.to - data.from, 0);
  const size = { width: tile.width * columns, height: tile.height * (to - from) };
  const load = header.load && { ...header.load, bytes, alpha: false };
  const share = { ...header, ...size, load };
  const { width, height, pixelsPerPixel } = workingSize(header, WORKING_SIDE_PX);
  const scale = (width * height) / (header.width * header.height);
  const shrink = Number.isInteger(pixelsPerPixel)
    ? DECODE_MS.boxShrink
    : DECODE_MS.shrink.whole.from;
  return readMs(share) + megapixels(size) * (shrink + convertMs(load) * scale);
}

/**
 * Estimates the CPU of the parts of decoding that report their steps. The machine's pace is measured by them.
 *
 * @param header As for {@linkcode estimateDecodeMs}.
 * @returns Milliseconds in a fresh process.
 */
export function estimateStepsMs(header: PhotoHeader): number {
  const isRead = DECODED_BY_ROW.has(header.format);
  // Outside the rows of a plain JPEG the pixel loops report nothing.
  const { load } = header;
  const isConverted = isPlainJpeg(header) || !load?.matrixProfile;
  return laterMs(isConverted ? header : { ...header, load: { ...load, profile: false } }) +
    (isRead ? readMs(header) : 0);
}

function firstUseMs(header: PhotoHeader, longSidePx = WORKING_SIDE_PX): number {
  return isPlainJpeg(header, longSidePx) ? DECODE_MS.plainJpeg.firstUse : DECODE_MS.firstUse;
}

function readMs(header: PhotoHeader, longSidePx = WORKING_SIDE_PX): number {
  const { format } = header;
  const size = megapixels(header);
  const megabytes = fileMegabytes(header);
  if (isReadByRow(header)) return DECODE_MS.pngRows[header.load?.alpha ? "rgba" : "rgb"] * size;
  if (format !== "jpeg") return DECODE_MS.perMegapixel[format](megabytes / size) * size;
  if (isPlainJpeg(header, longSidePx)) {
    return DECODE_MS.plainJpeg.perMegapixel * size + DECODE_MS.plainJpeg.perMegabyte * megabytes;
  }
  const { perMegapixel, perDecodedMegapixel, perMegabyte, usualRate, scans } = DECODE_MS.jpeg;
  const count = header.load?.scans ?? 1;
  const decodedMs = perMegapixel * size +
    perDecodedMegapixel * megapixels(decodedSize(header, longSidePx));
  return count > 1
    ? decodedMs + scans.perMegapixel * size * count +
      scans.perMegabyte * Math.max(0, megabytes - scans.usualRate * size)
    : decodedMs + perMegabyte * Math.max(0, megabytes - usualRate * size);
}

/** Estimates the CPU of all steps after reading the file, in milliseconds. */
function laterMs(header: PhotoHeader, longSidePx = WORKING_SIDE_PX): number {
  const decoded = decodedSize(header, longSidePx);
  return megapixels(decoded) * convertMs(header.load) +
    shrinkMs(decoded, header.load?.alpha, longSidePx);
}

function convertMs(load: DecodeLoad | undefined): number {
  if (load === undefined) return 0;
  const { profile, matrixProfile, ink, grey, alpha } = load;
  return (ink
    ? DECODE_MS.convert.ink
    : profile
    ? DECODE_MS.convert[matrixProfile ? "matrixProfile" : "profile"]
    : grey
    ? DECODE_MS.convert.grey
    : 0) +
    (alpha ? DECODE_MS.alpha.detect : 0);
}

function shrinkMs(decoded: Size, alpha = false, longSidePx = WORKING_SIDE_PX): number {
  const working = workingSize(decoded, longSidePx);
  if (working.pixelsPerPixel === 1) return 0;
  const { from, to } =
    DECODE_MS.shrink[Number.isInteger(working.pixelsPerPixel) ? "whole" : "fraction"];
  const alphaMs = alpha ? DECODE_MS.alpha.shrink : 0;
  return (from + alphaMs) * megapixels(decoded) + to * megapixels(working);
}

/** Returns the size at which a photo leaves its decoder: the JPEG decoder and the reader of plain PNGs scale. */
export function decodedSize(header: PhotoHeader, longSidePx = WORKING_SIDE_PX): Size {
  if (header.format === "jpeg") return jpegScale(header, longSidePx);
  if (!isReadByRow(header)) return header;
  const factor = wholeReduction(header, longSidePx);
  return { width: header.width / factor, height: header.height / factor };
}

/** Checks whether a photo is a PNG that is read row by row. An ordinary one is. */
export function isReadByRow({ format, load }: PhotoHeader): boolean {
  return format === "png" && (load === undefined || load.plain === true);
}

/** Checks whether a photo is a JPEG that the pixel loops decode, unless its data is damaged. */
export function isPlainJpeg(header: PhotoHeader, longSidePx = WORKING_SIDE_PX): boolean {
  return header.format === "jpeg" && header.load?.plain === true &&
    plainScale(header, longSidePx) !== null;
}

/** Millions of bytes of the file; those of an ordinary photo, if they are unknown. */
export function fileMegabytes(header: PhotoHeader): number {
  return header.load ? header.load.bytes / 1e6 : USUAL_RATE[header.format] * megapixels(header);
}

/** Millions of pixels. */
export function megapixels({ width, height }: Size): number {
  return (width * height) / 1e6;
}
