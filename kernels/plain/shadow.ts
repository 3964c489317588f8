import { convolve } from "../../shared/image/edit/gaussian.ts";
import { overBlack } from "../../shared/image/edit/over_black.ts";

/** The twin of `addAlpha` in `kernels/assembly/shadow.ts`. */
export function addAlpha(pixels: Uint8Array, step: number, sums: Float32Array): void {
  for (let at = 3, block = 0; at < pixels.length; block++) {
    let sum = 0;
    for (let i = 0; i < step && at < pixels.length; i++, at += 4) sum += pixels[at];
    sums[block] += sum;
  }
}

/** The twin of `blurTransposed`. */
export function blurTransposed(
  plane: Float32Array,
  width: number,
  kernel: Float32Array,
): Float32Array {
  const radius = kernel.length - 1;
  const height = plane.length / width;
  const line = new Float32Array(width + 2 * radius);
  const result = new Float32Array(plane.length);
  for (let y = 0; y < height; y++) {
    line.set(plane.subarray(y * width, (y + 1) * width), radius);
    for (let x = 0; x < width; x++) result[x * height + y] = convolve(line, x + radius, kernel);
  }
  return result;
}

/** The twin of `mixRows`, for two rows. @returns The row, and whether a value is above 0. */
export function mixRows(
  upper: Float32Array,
  lower: Float32Array,
  share: number,
): { row: Float32Array; some: boolean } {
  const row = upper.map((value, x) => value * (1 - share) + lower[x] * share);
  return { row, some: row.some((value) => value > 0) };
}

/** The twin of `shadeRow`, for pixels as 32-bit words. */
export function shadeRow(
  pixels: Uint32Array,
  row: Float32Array,
  perPixel: number,
  origin: number,
  opacity: number,
): void {
  pixels.forEach((pixel, x) => {
    if (pixel >>> 24 === 255) return;
    const place = origin + x * perPixel;
    const left = Math.floor(place);
    const shade = (row[left] + (row[left + 1] - row[left]) * (place - left)) * opacity;
    pixels[x] = overBlack(pixel, shade);
  });
}
