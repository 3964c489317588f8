import { ALPHA_THRESHOLD } from "./bounds.ts";
import { type Raster, words } from "../raster.ts";

/** Alpha from which a pixel shows nothing but the subject, 0 to 255. */
const SOLID = 250;

/** How far a solid pixel is looked for, in pixels: wider than the soft edge of a usual matte. */
const REACH_PX = 8;

/** How many solid pixels give an edge pixel its colour: enough to even out noise, few enough to stay near. */
const SAMPLES = 6;

/** More pixels than a car's edge has: a matte that is half transparent all over. */
const MAX_EDGE = 100_000;

/** Every offset within the reach, nearest first, as pairs of x and y. */
const OFFSETS = offsetsByDistance(REACH_PX);

/**
 * Takes the background's colour out of a cutout's soft edge, in place.
 *
 * A pixel on the edge of a photo is a mixture of car and background, and a matte only says how much of each: shown on a
 * page of another colour, the background in it is a fringe. Each such pixel takes the mean colour of the nearest solid
 * ones; its alpha stays. One that has none within reach (glass, a net) keeps its own colour.
 *
 * @param image The cutout: the photo's own pixels with the matte as their alpha.
 * @param edge The indexes of the pixels that the matte covers in part.
 */
export function decontaminate(image: Raster, edge: readonly number[]): void {
  const pixels = words(image);
  const { width, height } = image;
  const near = edge.length > MAX_EDGE ? nearSolid(pixels, width, height) : undefined;
  const across = Math.ceil(width / REACH_PX);
  for (const at of edge) {
    const alpha = pixels[at] >>> 24;
    if (alpha <= ALPHA_THRESHOLD || alpha >= SOLID) continue;
    const x = at % width;
    const y = (at - x) / width;
    if (near && near[Math.floor(y / REACH_PX) * across + Math.floor(x / REACH_PX)] === 0) continue;
    pixels[at] = nearestSolid(pixels, width, height, x, y);
  }
}

/**
 * Which blocks of REACH_PX x REACH_PX pixels have a solid pixel in them or in a block beside them: only there is one
 * within reach. Without this, a matte that is half transparent all over would cost half a second of searching in vain.
 */
function nearSolid(pixels: Uint32Array, width: number, height: number): Uint8Array {
  const across = Math.ceil(width / REACH_PX);
  const down = Math.ceil(height / REACH_PX);
  const solid = new Uint8Array(across * down);
  for (let y = 0; y < height; y++) {
    const blocks = Math.floor(y / REACH_PX) * across;
    for (let x = 0; x < width; x++) {
      if (pixels[y * width + x] >>> 24 >= SOLID) solid[blocks + Math.floor(x / REACH_PX)] = 1;
    }
  }
  const near = new Uint8Array(across * down);
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) if (solid[y * across + x]) mark(near, across, down, x, y);
  }
  return near;
}

function mark(near: Uint8Array, across: number, down: number, x: number, y: number): void {
  const right = Math.min(across, x + 2);
  for (let line = Math.max(0, y - 1); line < Math.min(down, y + 2); line++) {
    near.fill(1, line * across + Math.max(0, x - 1), line * across + right);
  }
}

/** The pixel at (x, y) in the mean colour of the solid pixels nearest to it. */
function nearestSolid(
  pixels: Uint32Array,
  width: number,
  height: number,
  x: number,
  y: number,
): number {
  const own = pixels[y * width + x];
  let count = 0;
  let r = 0;
  let g = 0;
  let b = 0;
  for (let i = 0; i < OFFSETS.length && count < SAMPLES; i += 2) {
    const column = x + OFFSETS[i];
    const line = y + OFFSETS[i + 1];
    if (column < 0 || line < 0 || column >= width || line >= height) continue;
    const pixel = pixels[line * width + column];
    if (pixel >>> 24 < SOLID) continue;
    count++;
    r += pixel & 255;
    g += (pixel >>> 8) & 255;
    b += (pixel >>> 16) & 255;
  }
  if (count === 0) return own;
  const color = (Math.round(b / count) << 16) | (Math.round(g / count) << 8) |
    Math.round(r / count);
  return ((own & 0xff000000) | color) >>> 0;
}

function offsetsByDistance(reach: number): Int8Array {
  const offsets: [x: number, y: number][] = [];
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) if (x * x + y * y <= reach * reach) offsets.push([x, y]);
  }
  return Int8Array.from(
    offsets.sort(([ax, ay], [bx, by]) => ax * ax + ay * ay - bx * bx - by * by).flat(),
  );
}
