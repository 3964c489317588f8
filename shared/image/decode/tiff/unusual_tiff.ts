import type { TiffHeader } from "./tiff_header.ts";

/** Compressions of photos: none, LZW, JPEG, Deflate (both numbers), PackBits. */
const USUAL_COMPRESSIONS = new Set([1, 5, 7, 8, 32_773, 32_946]);

/** CIE Lab. */
const LAB = 8;

/** Maximum samples per pixel: CMYK with alpha. The decoder keeps a channel for each further sample. */
const MAX_SAMPLES = 5;

/** Maximum bits per sample: samples of 32 and 64 bits take four and eight times the picture's memory. */
const MAX_BITS = 16;

/** Maximum bytes of a strip, which the decoder holds besides the picture: 14 megapixels of RGBA. */
const MAX_STRIP_BYTES = 64e6;

/** Maximum number of strips or tiles, and maximum pixels of one: photos have rows, or tiles of 256 x 256. */
const MAX_PARTS = 3 * 16_384;
const MAX_TILE_PIXELS = 1_024 * 1_024;

/**
 * Finds a TIFF that costs more than a photo does: a fax of 2 kB that decodes to 14 megapixels, a channel for each of
 * sixteen samples (ten times the CPU of three), tiles larger than the picture.
 *
 * @param header The first directory's facts.
 * @returns The problem, as the end of a sentence ("is ..."), or `undefined`.
 */
export function unusualTiff(header: TiffHeader): string | undefined {
  const { compression, photometric, bitsPerSample, samplesPerPixel, sampleFormat } = header;
  const { tile, parts } = header;
  if (!USUAL_COMPRESSIONS.has(compression)) return "compressed like a fax, not like a photo";
  if (photometric === LAB) return "of the colour model CIE Lab";
  if (bitsPerSample > MAX_BITS || sampleFormat === 3) return `of ${bitsPerSample} bits a sample`;
  if (samplesPerPixel > MAX_SAMPLES) return `of ${samplesPerPixel} samples a pixel`;
  if (tile && tile.width * tile.height > MAX_TILE_PIXELS) {
    return `in tiles of ${tile.width} x ${tile.height} pixels`;
  }
  const strip = tile ?? { width: header.width, height: header.rowsPerStrip };
  const stripBytes = strip.width * strip.height * samplesPerPixel * bitsPerSample / 8;
  if (stripBytes > MAX_STRIP_BYTES) return `in strips of ${Math.round(stripBytes / 1e6)} MB`;
  if (parts > MAX_PARTS) return `cut into ${parts} parts`;
  return undefined;
}
