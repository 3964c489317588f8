import type { Raster } from "../../shared/image/raster.ts";

/** The parameters of a drop shadow. */
export interface PlainShadow {
  sigmaPx: number;
  offsetPx: number;
  /** Under a solid part, 0 to 1. */
  opacity: number;
}

/**
 * Computes the alpha of an image with its shadow directly from the definition: every pixel weighs the whole frame's
 * alpha with a Gaussian around the source of its shadow. Separable, in floating point, slow.
 *
 * @returns One value per pixel, 0 to 255, row-major.
 */
export function plainShadow(
  image: Raster,
  { sigmaPx, offsetPx, opacity }: PlainShadow,
): Float64Array {
  const { width, height, data } = image;
  const across = weightTable(width, sigmaPx, offsetPx);
  const down = weightTable(height, sigmaPx, offsetPx);
  const rows = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let from = 0; from < width; from++) {
        sum += data[(y * width + from) * 4 + 3] * across[x * width + from];
      }
      rows[y * width + x] = sum;
    }
  }
  const result = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let from = 0; from < height; from++) {
        sum += rows[from * width + x] * down[y * height + from];
      }
      const alpha = data[(y * width + x) * 4 + 3];
      result[y * width + x] = alpha + sum * opacity * (1 - alpha / 255);
    }
  }
  return result;
}

function weightTable(count: number, sigma: number, offset: number): Float64Array {
  const norm = 1 / (sigma * Math.sqrt(2 * Math.PI));
  return Float64Array.from({ length: count * count }, (_, i) => {
    const distance = Math.floor(i / count) - offset - (i % count);
    return norm * Math.exp(-(distance * distance) / (2 * sigma * sigma));
  });
}
