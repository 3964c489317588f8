import { convolve, gaussian } from "./gaussian.ts";
import { overBlack } from "./over_black.ts";
import { packedPixels, type Raster } from "../raster.ts";

/** The drop shadow at the scale of `processed`. */
export const SHADOW = {
  /** Standard deviation of its Gaussian blur, in pixels. */
  sigmaPx: 15,
  /** Offset to the right and down, in pixels. */
  offsetPx: 15,
  /** Default opacity under a solid part, 0 to 1. */
  opacity: 0.5,
} as const;

/** Target for the blur's standard deviation after the reduction, in pixels: the least that keeps a Gaussian's shape. */
const REDUCED_SIGMA = 3;

/**
 * Draws a black drop shadow behind an image. The shadow's shape is the image's own alpha, blurred and offset.
 *
 * The blur runs on a reduced copy of the alpha. The reduction loses only detail that the blur removes anyway, and the
 * cost falls with the square of the reduction.
 *
 * @param image The image; its transparent parts take the shadow, as far as the frame reaches.
 * @param scale The image's pixels per pixel of `processed`.
 * @param opacity The shadow's opacity under a solid part, 0 to 1.
 * @returns A new image of the same size.
 */
export function drawShadow(
  image: Raster,
  scale: number,
  opacity: number = SHADOW.opacity,
): Raster {
  const sigma = SHADOW.sigmaPx * scale;
  const step = Math.max(1, Math.floor(sigma / REDUCED_SIGMA));
  const offset = (SHADOW.offsetPx * scale) / step;
  const margin = Math.ceil(offset) + 1; // the offset moves this much of the blur into the frame
  const kernel = gaussian(sigma / step);
  const blurred = transposedBlur(transposedBlur(reduceAlpha(image, step, margin), kernel), kernel);
  const result = { ...image, data: image.data.slice() };
  const pixels = packedPixels(result);
  const row = new Float32Array(blurred.width);
  for (let y = 0; y < image.height; y++) {
    // Measured at pixel centres, pixel y of the image lies at (y + 0.5) / step - 0.5 of the reduced plane.
    if (!mixRows(blurred, (y + 0.5) / step - 0.5 + margin - offset, row)) continue;
    shadeRow(
      pixels,
      y * image.width,
      image.width,
      row,
      1 / step,
      0.5 / step - 0.5 + margin - offset,
      opacity,
    );
  }
  return result;
}

/** A plane of alpha values, 0 to 255. */
interface Plane {
  width: number;
  height: number;
  data: Float32Array;
}

/** Averages step x step blocks of alpha and adds a transparent margin of blocks at the left and the top. */
function reduceAlpha({ data, width, height }: Raster, step: number, margin: number): Plane {
  const reduced = {
    width: Math.ceil(width / step) + margin,
    height: Math.ceil(height / step) + margin,
  };
  const sums = new Float32Array(reduced.width * reduced.height);
  for (let y = 0; y < height; y++) {
    const to = (Math.floor(y / step) + margin) * reduced.width + margin;
    addRow(data, y * width * 4 + 3, width, step, sums, to);
  }
  const share = 1 / (step * step);
  for (let i = 0; i < sums.length; i++) sums[i] *= share;
  return { ...reduced, data: sums };
}

function addRow(
  data: Uint8ClampedArray,
  at: number,
  count: number,
  step: number,
  sums: Float32Array,
  to: number,
): void {
  for (let x = 0, block = to; x < count; block++) {
    let sum = 0;
    for (const end = Math.min(x + step, count); x < end; x++, at += 4) sum += data[at];
    sums[block] += sum;
  }
}

/** Blurs along the rows and transposes the plane. Two calls blur both ways and restore the orientation. */
function transposedBlur({ data, width, height }: Plane, kernel: Float32Array): Plane {
  const radius = kernel.length - 1;
  const line = new Float32Array(width + 2 * radius);
  const result = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    line.set(data.subarray(y * width, (y + 1) * width), radius);
    for (let x = 0; x < width; x++) result[x * height + y] = convolve(line, x + radius, kernel);
  }
  return { width: height, height: width, data: result };
}

/**
 * Interpolates a row between two of a plane's rows.
 *
 * @returns True if the row is not empty.
 */
function mixRows({ data, width }: Plane, y: number, row: Float32Array): boolean {
  const upper = Math.floor(y);
  const share = y - upper;
  const at = upper * width;
  let some = false;
  for (let x = 0; x < width; x++) {
    const value = data[at + x] * (1 - share) + data[at + width + x] * share;
    row[x] = value;
    some ||= value > 0;
  }
  return some;
}

/** Composites a row of pixels over its shadow: each pixel over black with the shadow's alpha, straight alpha. */
function shadeRow(
  pixels: Uint32Array,
  start: number,
  count: number,
  row: Float32Array,
  perPixel: number,
  origin: number,
  opacity: number,
): void {
  for (let x = 0; x < count; x++) {
    const pixel = pixels[start + x];
    if (pixel >>> 24 === 255) continue;
    const at = origin + x * perPixel;
    const left = Math.floor(at);
    const shadow = (row[left] + (row[left + 1] - row[left]) * (at - left)) * opacity;
    pixels[start + x] = overBlack(pixel, shadow);
  }
}
