import type { Raster } from "../../raster.ts";
import type { Ground } from "./find_ground.ts";

/** Depth of the reflection, as a share of the car's height. */
const DEPTH = 0.5;

/** Largest size of the blocks of the reflection, in pixels: a floor is never a perfect mirror, and blocks cost less. */
const MAX_BLOCK_PX = 4;

/** Alpha that rounds to 0 of 255. */
const LEAST_ALPHA = 1 / 510;

/**
 * Draws the reflection of a car in a polished floor, under the car's pixels: each column is mirrored at the line on which
 * the car stands, and fades out with the distance from it. It is mirrored at reduced scale.
 *
 * @param image The car on transparent pixels.
 * @param ground The floor under it.
 * @param strength Opacity at the line, in per cent, 0 to 100.
 * @returns A new image of the same size.
 */
export function drawReflection(image: Raster, ground: Ground, strength: number): Raster {
  const { first, last, stepPx, line, heightPx } = ground;
  const { width, height } = image;
  const blockPx = Math.max(1, Math.min(MAX_BLOCK_PX, stepPx >> 1));
  const left = first * stepPx;
  const right = Math.min(width, (last + 1) * stepPx);
  const floor = pixelLine(line, stepPx, width);
  const top = Math.max(0, Math.floor(floor.subarray(left, right).reduce((a, b) => Math.min(a, b))));
  const result = { ...image, data: image.data.slice() };
  if (top >= height) return result;
  const blocks = mirror(image, floor, { left, right, top, blockPx });
  const row = new Float32Array((blocks.across + 1) * 4);
  // The reflection ends at half the car's height, or at the image's lower edge.
  const perPixel = floor.map((at) => 1 / Math.min(heightPx * DEPTH, Math.max(1, height - at)));
  for (let y = top; y < height; y++) {
    mixBlocks(blocks, (y + 0.5 - top) / blockPx - 0.5, row);
    for (let x = left; x < right; x++) {
      const distance = (y + 0.5 - floor[x]) * perPixel[x];
      if (distance < 0 || distance >= 1 || result.data[(y * width + x) * 4 + 3] === 255) continue;
      const opacity = (strength / 100) * (1 - distance) * (1 - distance);
      reflect(result.data, (y * width + x) * 4, row, (x + 0.5 - left) / blockPx - 0.5, opacity);
    }
  }
  return result;
}

/** Interpolates the line at the middle of each pixel column. */
function pixelLine(line: Float32Array, stepPx: number, width: number): Float32Array {
  const last = line.length - 1;
  return Float32Array.from({ length: width }, (_, x) => {
    const at = (x + 0.5) / stepPx - 0.5;
    const left = Math.max(0, Math.min(last - 1, Math.floor(at)));
    return line[left] + (line[Math.min(last, left + 1)] - line[left]) * (at - left);
  });
}

/** Means of the mirrored pixels, in blocks from the left and the top of an area; premultiplied RGBA, alpha 0 to 1. */
interface Blocks {
  across: number;
  down: number;
  data: Float32Array;
}

interface Area {
  left: number;
  right: number;
  top: number;
  blockPx: number;
}

function mirror(
  { data, width, height }: Raster,
  floor: Float32Array,
  { left, right, top, blockPx }: Area,
): Blocks {
  const across = Math.ceil((right - left) / blockPx);
  const down = Math.ceil((height - top) / blockPx);
  const blocks = new Float32Array(across * down * 4);
  for (let row = 0; row < down; row++) {
    for (let column = 0, to = row * across * 4; column < across; column++, to += 4) {
      const x0 = left + column * blockPx;
      const x1 = Math.min(right, x0 + blockPx);
      const axis = floor[Math.min(width - 1, x0 + (blockPx >> 1))];
      const from = Math.round(2 * axis) - top - (row + 1) * blockPx;
      const y1 = Math.min(height, from + blockPx);
      let [r, g, b, a] = [0, 0, 0, 0];
      for (let y = Math.max(0, from); y < y1; y++) {
        for (let x = x0, at = (y * width + x0) * 4; x < x1; x++, at += 4) {
          const alpha = data[at + 3];
          r += data[at] * alpha;
          g += data[at + 1] * alpha;
          b += data[at + 2] * alpha;
          a += alpha;
        }
      }
      const share = 1 / (255 * blockPx * blockPx);
      blocks[to] = r * share;
      blocks[to + 1] = g * share;
      blocks[to + 2] = b * share;
      blocks[to + 3] = a * share;
    }
  }
  return { across, down, data: blocks };
}

/** Interpolates a row between two rows of blocks; its last block is repeated once. */
function mixBlocks({ across, down, data }: Blocks, at: number, row: Float32Array): void {
  const upper = Math.max(0, Math.min(down - 1, Math.floor(at)));
  const lower = Math.min(down - 1, upper + 1);
  const part = Math.max(0, at - upper);
  const count = across * 4;
  for (let i = 0; i < count; i++) {
    row[i] = data[upper * count + i] * (1 - part) + data[lower * count + i] * part;
  }
  row.copyWithin(count, count - 4, count);
}

/** Composites a pixel over its reflection at `at` blocks from the left, straight alpha. */
function reflect(
  data: Uint8ClampedArray,
  to: number,
  row: Float32Array,
  at: number,
  opacity: number,
): void {
  const left = Math.max(0, Math.floor(at));
  const part = Math.max(0, at - left);
  const i = left * 4;
  const alpha = data[to + 3] / 255;
  const share = (1 - alpha) * opacity;
  const out = alpha + (row[i + 3] + (row[i + 7] - row[i + 3]) * part) * share;
  if (out < LEAST_ALPHA) return;
  for (let c = 0; c < 3; c++) {
    const mirrored = row[i + c] + (row[i + 4 + c] - row[i + c]) * part;
    data[to + c] = (data[to + c] * alpha + mirrored * share) / out;
  }
  data[to + 3] = out * 255;
}
