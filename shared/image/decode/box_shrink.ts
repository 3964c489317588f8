import { ColorSpace, type IMagickImage, MagickGeometry } from "@imagemagick/magick-wasm";
import type { Size } from "../raster.ts";

/** Result rows that are computed at once: a strip of the source stays small beside the image. */
const STRIP_ROWS = 32;

/**
 * Scales an image down by a whole number: each result pixel is the average of a block. Alpha weighs colours. It takes a third
 * of the CPU of the engine's own scaling and no memory for a second image.
 *
 * @param image The image, which is changed.
 * @param factor Source pixels per result pixel on each side, 2 or more.
 * @returns `false` if the image has other channels than red, green, blue and alpha; it is then unchanged.
 */
export function boxShrink(image: IMagickImage, factor: number): boolean {
  const channels = image.hasAlpha ? 4 : 3;
  if (image.colorSpace !== ColorSpace.sRGB || image.channelCount !== channels) return false;
  const width = blocksOf(image.width, factor);
  const height = blocksOf(image.height, factor);
  const strip = new Uint8Array(width * STRIP_ROWS * channels);
  image.getPixels((pixels) => {
    for (let y = 0; y < height; y += STRIP_ROWS) {
      const rows = Math.min(STRIP_ROWS, height - y);
      const from = y * factor;
      const sourceRows = Math.min(rows * factor, image.height - from);
      const source = pixels.getReadOnlyArea(0, from, image.width, sourceRows);
      const size = { width: image.width, height: sourceRows };
      for (let row = 0; row < rows; row++) {
        averageRow(source, size, channels, factor, strip, row * width * channels, row * factor);
      }
      // A result row lies above the source rows that are still to be read.
      pixels.setArea(0, y, width, rows, strip.subarray(0, rows * width * channels));
    }
  });
  image.resetPage(); // the engine leaves an offset when it turns an image
  image.crop(new MagickGeometry(0, 0, width, height));
  image.resetPage();
  return true;
}

/** Returns the number of blocks on a side. A last block of at least half the size counts. */
export function blocksOf(length: number, factor: number): number {
  return Math.max(1, Math.round(length / factor));
}

/**
 * Averages one row of blocks. The last block on each side may be smaller. Alpha weighs colours.
 *
 * @param source Pixels of 8 bits, row-major.
 * @param size Their size.
 * @param channels 3 for RGB, 4 for RGBA with straight alpha.
 * @param factor Pixels of a block on each side.
 * @param result Receives a pixel for each block.
 * @param at The first pixel's offset in `result`.
 * @param top The blocks' first row in `source`. @default 0
 */
export function averageRow(
  source: ArrayLike<number>,
  size: Size,
  channels: 3 | 4,
  factor: number,
  result: Uint8Array,
  at: number,
  top = 0,
): void {
  const average = channels === 4 ? averageRgba : averageRgb;
  average(source, size, top, factor, result, at, blocksOf(size.width, factor));
}

function averageRgb(
  source: ArrayLike<number>,
  { width, height }: Size,
  top: number,
  factor: number,
  result: Uint8Array,
  at: number,
  blocks: number,
): void {
  const bottom = Math.min(height, top + factor);
  const stride = width * 3;
  for (let block = 0; block < blocks; block++) {
    const left = block * factor;
    const right = Math.min(width, left + factor);
    let red = 0, green = 0, blue = 0;
    for (let y = top; y < bottom; y++) {
      const end = y * stride + right * 3;
      for (let i = y * stride + left * 3; i < end; i += 3) {
        red += source[i];
        green += source[i + 1];
        blue += source[i + 2];
      }
    }
    const count = (right - left) * (bottom - top);
    const half = count >> 1;
    result[at++] = (red + half) / count;
    result[at++] = (green + half) / count;
    result[at++] = (blue + half) / count;
  }
}

function averageRgba(
  source: ArrayLike<number>,
  { width, height }: Size,
  top: number,
  factor: number,
  result: Uint8Array,
  at: number,
  blocks: number,
): void {
  const bottom = Math.min(height, top + factor);
  const stride = width * 4;
  for (let block = 0; block < blocks; block++) {
    const left = block * factor;
    const right = Math.min(width, left + factor);
    let red = 0, green = 0, blue = 0, alpha = 0;
    for (let y = top; y < bottom; y++) {
      const end = y * stride + right * 4;
      for (let i = y * stride + left * 4; i < end; i += 4) {
        const weight = source[i + 3];
        red += source[i] * weight;
        green += source[i + 1] * weight;
        blue += source[i + 2] * weight;
        alpha += weight;
      }
    }
    const weight = Math.max(1, alpha);
    const half = weight >> 1;
    const count = (right - left) * (bottom - top);
    result[at++] = (red + half) / weight;
    result[at++] = (green + half) / weight;
    result[at++] = (blue + half) / weight;
    result[at++] = (alpha + (count >> 1)) / count;
  }
}
