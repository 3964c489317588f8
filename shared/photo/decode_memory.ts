import type { InputFormat } from "../image/image_format.ts";
import type { PhotoHeader } from "../image/decode/inspect_photo.ts";
import type { Size } from "../image/raster.ts";
import { decodedSize, fileMegabytes, isReadByRow, megapixels } from "./estimate_decode.ts";

// The memory that decoding takes, as the host counts it: JavaScript's heap, buffers and WebAssembly memory, which never
// shrinks. In MB of 2^20 bytes, measured on Deno 2.1.4 with photos of 12 and 24 megapixels.

/** Bound on an isolate; the host kills it at 256 MB. */
const MAX_MB = 244;

/** An isolate before its first photo, with ImageMagick. */
const BASE_MB = 43;

/** What rendering adds: the encoders, the crop, the variants. */
const RENDER_MB = 55;

/** What sending a working image to Storage adds, in small bands. */
const KEEP_MB = 3;

/** Copies of the file: the body, and the engine's own. */
const COPIES = 2;

/**
 * Bytes per pixel of a photo without alpha, of 8 bits a sample. A JPEG is scaled while it is decoded; a BMP from top to bottom is
 * flipped by a copy.
 */
const BYTES_PER_PIXEL: Record<InputFormat, number> = {
  jpeg: 0,
  png: 3.2,
  webp: 7.1,
  heic: 9.9,
  avif: 16.6,
  tiff: 3.2,
  bmp: 8.2,
  gif: 7.7,
};

/** Bytes per decoded pixel of a PNG that is read row by row: the rows, and the engine's image. */
const ROWS_BYTES_PER_PIXEL = { rgb: 7, rgba: 9.4 };

/** Additional bytes per pixel: of alpha; of a HEIC's or AVIF's colour at full resolution, and of more than 8 bits. */
const MORE = { alpha: 3.1, fullChroma: 4, deep: 6 };

/** Checks whether decoding a photo, or a part of that size, takes more memory than an isolate has. */
export function exceedsMemory(header: PhotoHeader, part: Size = header): boolean {
  return decodeMegabytes(header, part) + KEEP_MB > MAX_MB;
}

/** Checks whether an isolate that has decoded a photo as a whole has too little memory left to render it. */
export function fillsMemory(header: PhotoHeader): boolean {
  return decodeMegabytes(header, header) + RENDER_MB > MAX_MB;
}

function decodeMegabytes(header: PhotoHeader, part: Size): number {
  const { format, load } = header;
  if (format === "jpeg") return BASE_MB;
  if (isReadByRow(header)) {
    const bytesPerPixel = ROWS_BYTES_PER_PIXEL[load?.alpha ? "rgba" : "rgb"];
    return BASE_MB + (bytesPerPixel * megapixels(decodedSize(header)) + fileMegabytes(header)) / MB;
  }
  const bytesPerPixel = BYTES_PER_PIXEL[format] +
    (load?.alpha ? MORE.alpha : 0) +
    (load?.fullChroma ? MORE.fullChroma : 0) +
    (load?.deep ? MORE.deep * (load.fullChroma ? 2 : 1) : 0);
  return BASE_MB + (bytesPerPixel * megapixels(part) + COPIES * fileMegabytes(header)) / MB;
}

/** Millions of bytes in an MB of 2^20 bytes. */
const MB = 2 ** 20 / 1e6;
