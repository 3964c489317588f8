import { ALPHA_THRESHOLD } from "./bounds.ts";
import { packedPixels, type Raster } from "../raster.ts";

/** Alpha from which a pixel shows the subject only, 0 to 255. */
const SOLID = 250;

/** Search radius for solid pixels, in pixels: wider than the soft edge of a usual matte. */
const REACH_PX = 8;

/** Number of solid pixels that define an edge pixel's colour: enough to even out noise, few enough to stay near. */
const SAMPLES = 6;

/** Bound on edge pixels: more than a car's edge has. A matte that exceeds it is half transparent all over. */
const MAX_EDGE = 100_000;

/** All offsets within the search radius, nearest first, as pairs of x and y. */
const OFFSETS = offsetsByDistance(REACH_PX);

/**
 * Removes the background's colour from a cutout's soft edge, in place.
 *
 * An edge pixel mixes the colours of car and background, and a matte holds only their proportion. On a page of another
 * colour the background shows as a fringe. Each edge pixel gets the mean colour of its nearest solid pixels and keeps
 * its alpha. A pixel without solid ones in reach (glass, a net) keeps its colour.
 *
 * @param image The cutout: the photo's own pixels with the matte as their alpha.
 * @param edge The indexes of the partly covered pixels.
 */
export function decontaminate(image: Raster, edge: readonly number[]): void {
  const pixels = packedPixels(image);
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

/** Returns the indexes of an image's partly transparent pixels, in ascending order. */
export function softEdge({ data }: Raster): number[] {
  const edge: number[] = [];
  for (let at = 3; at < data.length; at += 4) {
    if (data[at] > 0 && data[at] < 255) edge.push((at - 3) / 4);
  }
  return edge;
}

/**
 * Marks the blocks of REACH_PX x REACH_PX pixels that have a solid pixel in them or in a neighbouring block; elsewhere
 * no solid pixel is in reach. Without this a matte that is half transparent all over costs half a second of vain
 * searching.
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

/** Returns the pixel at (x, y) in the mean colour of its nearest solid pixels. */
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
