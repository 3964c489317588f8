import { SUBJECT_THRESHOLD } from "../bounds.ts";
import type { Raster } from "../../raster.ts";

/** The lower contour of a car, in columns of `stepPx` pixels over the whole width of the image. */
export interface LowerContour {
  /** Width of a column in pixels, 1 or more. */
  stepPx: number;
  /** The car's first column, its mirrors aside. */
  first: number;
  /** The car's last column, inclusive, its mirrors aside. */
  last: number;
  /** The car's height in pixels, from its roof to its lowest point. */
  heightPx: number;
  /** Lower edge of the car in each of its columns, in pixels from the top of the image. */
  edges: Float32Array;
}

/** Least number of columns in an image: enough to follow a tyre's curve, few enough to cost nothing. */
const COLUMNS = 240;

/** Solid pixels that count as the car, as a share of the image's height: specks of a matte are smaller. */
const RUN = 0.004;

/** Columns without a solid pixel that do not end a car: noise of a matte. */
const MAX_GAP = 2;

/** Height above the lowest point, in car heights, at which an outermost part is a mirror or a spoiler. */
const OUTRIGGER = 0.5;

/** The smallest car, in columns and in pixels of height. */
const SMALLEST = 12;

/**
 * Finds the lower contour of a car: the lowest solid pixel in the middle of each column. Of several subjects side by
 * side, the widest is the car.
 *
 * @param image The car on transparent pixels.
 * @returns The contour, or `null` if there is no car.
 */
export function lowerContour(image: Raster): LowerContour | null {
  const stepPx = Math.max(1, Math.floor(image.width / COLUMNS));
  const scanned = scan(image, stepPx);
  const run = widestRun(scanned);
  if (!run || run.last - run.first < SMALLEST) return null;
  const edges = smoothed(scanned, run);
  const bottom = extreme(edges, run.first, run.last, Math.max);
  const heightPx = bottom - topOf(image, stepPx, run);
  let { first, last } = run;
  while (bottom - edges[first] > OUTRIGGER * heightPx) first++;
  while (bottom - edges[last] > OUTRIGGER * heightPx) last--;
  return heightPx < SMALLEST ? null : { stepPx, first, last, heightPx, edges };
}

/** Returns the extreme value of some columns, inclusive. */
export function extreme(
  values: Float32Array,
  first: number,
  last: number,
  choose: (a: number, b: number) => number,
): number {
  let result = values[first];
  for (let i = first + 1; i <= last; i++) result = choose(result, values[i]);
  return result;
}

interface Run {
  first: number;
  last: number;
}

function scan({ data, width, height }: Raster, stepPx: number): Float32Array {
  const run = Math.max(1, Math.round(height * RUN));
  const edges = new Float32Array(Math.ceil(width / stepPx)).fill(-1);
  for (let column = 0; column < edges.length; column++) {
    const alpha = middleOf(column, stepPx, width) * 4 + 3;
    for (let y = height - 1, count = 0; y >= 0; y--) {
      if (data[y * width * 4 + alpha] <= SUBJECT_THRESHOLD) count = 0;
      else if (++count === run) {
        edges[column] = y + run;
        break;
      }
    }
  }
  return edges;
}

function topOf({ data, width, height }: Raster, stepPx: number, { first, last }: Run): number {
  let top = height;
  for (let column = first; column <= last; column++) {
    const alpha = middleOf(column, stepPx, width) * 4 + 3;
    for (let y = 0; y < top; y++) if (data[y * width * 4 + alpha] > SUBJECT_THRESHOLD) top = y;
  }
  return top;
}

function middleOf(column: number, stepPx: number, width: number): number {
  return Math.min(width - 1, column * stepPx + (stepPx >> 1));
}

function widestRun(edges: Float32Array): Run | null {
  let best: Run | null = null;
  let current: Run | null = null;
  for (let column = 0; column < edges.length; column++) {
    if (edges[column] < 0) continue;
    if (current && column - current.last <= MAX_GAP + 1) current.last = column;
    else current = { first: column, last: column };
    if (!best || current.last - current.first > best.last - best.first) best = { ...current };
  }
  return best;
}

/** Closes the gaps of a contour and smooths it by the median of three neighbours. */
function smoothed(scanned: Float32Array, { first, last }: Run): Float32Array {
  const closed = new Float32Array(scanned.length).fill(-1);
  for (let i = first; i <= last; i++) closed[i] = scanned[i] < 0 ? closed[i - 1] : scanned[i];
  const result = closed.slice();
  for (let i = first + 1; i < last; i++) {
    const [a, b, c] = [closed[i - 1], closed[i], closed[i + 1]];
    result[i] = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
  return result;
}
