import { findTyres, risesBeside, SIDE_WHEELBASE } from "./find_tyres.ts";
import { type LowerContour, lowerContour } from "./lower_contour.ts";
import { smoothStep } from "./smooth_step.ts";
import type { Raster } from "../../raster.ts";

/** The floor under a car. */
export interface Ground extends LowerContour {
  /**
   * The line on which the car stands, through its tyres and beyond them to both sides of the image: for each column, pixels
   * from the top of the image, which may exceed the image.
   */
  line: Float32Array;
  /** The columns in which tyres stand on the line, from left to right, at least one. */
  tyres: number[];
}

/** Distance of the tyres, in car heights, below which a view shows the front or rear of the car as well. */
const TURNED_WHEELBASE = 1.3;
/** Length of the car beyond its outermost tyre, in car heights: of an overhang at most, of a front or rear at least. */
const BEYOND = { overhang: 0.45, front: 0.75 };
/** Length from a tyre's middle to the bumper, in car heights. */
const TO_BUMPER = 0.3;
/** Slope of the floor before a bumper, as a share of the slope of the bumper's lower edge, which is higher and so steeper. */
const FRONT_SLOPE = 0.6;
/** Least height by which a tyre of the far side shows under the bumper, in car heights. */
const FAR_TYRE_RISE = 0.006;
/** Bound on the slope of a line in the picture. */
const MAX_SLOPE = 0.45;

/**
 * Finds the floor under a car, in the perspective of the picture.
 *
 * The line through the tyres is the floor's line along the visible side of the car, or, in a view from the front, along its
 * front. Below an overhang it continues. If a three-quarter view shows no second tyre of the car's front, the line bends
 * at the tyre and follows the bumper's lower edge.
 *
 * @param image The car on transparent pixels.
 * @returns The floor, or `null` if there is no car.
 */
export function findGround(image: Raster): Ground | null {
  const contour = lowerContour(image);
  if (!contour) return null;
  const { edges } = contour;
  const tyres = findTyres(contour);
  const [start, end] = [tyres[0], tyres.at(-1)!];
  const wheelbase = ((end - start) * contour.stepPx) / contour.heightPx;
  const before = slopeBeyond(contour, start, -1, wheelbase, slope(edges, start, tyres[1]));
  const after = slopeBeyond(contour, end, 1, wheelbase, slope(edges, tyres.at(-2), end));
  const line = Float32Array.from(edges, (_, column) => {
    if (column <= start) return edges[start] + (column - start) * before;
    if (column >= end) return edges[end] + (column - end) * after;
    const right = tyres.findIndex((tyre) => tyre >= column);
    const left = tyres[right - 1];
    return edges[left] + (column - left) * slope(edges, left, tyres[right]);
  });
  return { ...contour, line, tyres };
}

/** The slope between two columns, in pixels per column. */
function slope(edges: Float32Array, left?: number, right?: number): number {
  if (left === undefined || right === undefined) return 0;
  return (edges[right] - edges[left]) / (right - left);
}

/** The slope of the line beyond an outermost tyre, in pixels per column. */
function slopeBeyond(
  { edges, first, last, stepPx, heightPx }: LowerContour,
  tyre: number,
  direction: 1 | -1,
  wheelbase: number,
  inner: number,
): number {
  const isCut = direction < 0 ? first === 0 : last === edges.length - 1; // the next tyre may be beyond the frame
  const columns = direction < 0 ? tyre - first : last - tyre;
  const beyond = (columns * stepPx) / heightPx;
  const turned = (1 - smoothStep(TURNED_WHEELBASE, SIDE_WHEELBASE, wheelbase)) *
    smoothStep(BEYOND.overhang, BEYOND.front, beyond);
  if (isCut || turned === 0) return inner;
  // The flattest line from the tyre to a part of the front; it touches the bumper, or a tyre under it.
  const start = Math.round((TO_BUMPER * heightPx) / stepPx);
  let flattest = MAX_SLOPE * stepPx;
  let touched = tyre;
  for (let i = start; i <= columns; i++) {
    const rise = Math.max(0, edges[tyre] - edges[tyre + direction * i]) / i;
    if (rise > flattest) continue;
    flattest = rise;
    touched = tyre + direction * i;
  }
  const isTyre = touched !== tyre &&
    risesBeside(edges.subarray(first, last + 1), touched - first, {
      direction: direction > 0 ? -1 : 1,
      reach: start >> 1,
      rise: FAR_TYRE_RISE * heightPx,
    });
  return inner + (-direction * flattest * (isTyre ? 1 : FRONT_SLOPE) - inner) * turned;
}
