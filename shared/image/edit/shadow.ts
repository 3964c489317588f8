import { kernels, Scratch } from "../kernels/kernels.ts";
import type { Raster } from "../raster.ts";
import { gaussian } from "./gaussian.ts";

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
 * @throws {EngineCrash} `engine_failed`, if there is no memory for the blur.
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
  const half = gaussian(sigma / step);

  const width = Math.ceil(image.width / step) + margin;
  const height = Math.ceil(image.height / step) + margin;
  const scratch = new Scratch();
  const kernel = scratch.keep(half);
  const row = scratch.reserve(image.width * 4);
  const shades = scratch.reserve(width * 4);
  const line = scratch.reserve((Math.max(width, height) + 2 * half.length) * 4);
  const plane = scratch.reserve(width * height * 4);
  const turned = scratch.reserve(width * height * 4);
  const { bytes } = scratch;

  reduceAlpha(image, bytes, { row, plane, width, height, margin, step });
  const { blurTransposed, mixRows, shadeRow } = kernels();
  const radius = half.length - 1;
  blurTransposed(plane, turned, width, height, kernel, radius, line);
  blurTransposed(turned, plane, height, width, kernel, radius, line);

  const result = { ...image, data: image.data.slice() };
  const rowBytes = image.width * 4;
  for (let y = 0; y < image.height; y++) {
    // Measured at pixel centres, pixel y of the image lies at (y + 0.5) / step - 0.5 of the reduced plane.
    const place = (y + 0.5) / step - 0.5 + margin - offset;
    const upper = Math.floor(place);
    if (!mixRows(plane + upper * width * 4, width, place - upper, shades)) continue;
    const pixels = result.data.subarray(y * rowBytes, (y + 1) * rowBytes);
    bytes.set(pixels, row);
    shadeRow(row, image.width, shades, 1 / step, 0.5 / step - 0.5 + margin - offset, opacity);
    pixels.set(bytes.subarray(row, row + rowBytes));
  }
  return result;
}

/** The reduced alpha in the kernels' memory: addresses, and sizes in pixels. */
interface ReducedAlpha {
  /** Room for a row of the image. */
  row: number;
  /** The plane: 32-bit floats, 0 to 255. */
  plane: number;
  width: number;
  height: number;
  /** Transparent blocks at the left and the top. */
  margin: number;
  /** Pixels of the image on each side of a block. */
  step: number;
}

/** Averages blocks of alpha. */
function reduceAlpha(image: Raster, bytes: Uint8Array, to: ReducedAlpha): void {
  const { row, plane, width, height, margin, step } = to;
  const sums = new Float32Array(bytes.buffer, plane, width * height);
  sums.fill(0);
  const { addAlpha } = kernels();
  const rowBytes = image.width * 4;
  for (let y = 0; y < image.height; y++) {
    bytes.set(image.data.subarray(y * rowBytes, (y + 1) * rowBytes), row);
    const block = (Math.floor(y / step) + margin) * width + margin;
    addAlpha(row, image.width, step, plane + block * 4);
  }
  const share = 1 / (step * step);
  for (let i = 0; i < sums.length; i++) sums[i] *= share;
}
