import { extreme, type LowerContour } from "./lower_contour.ts";

// Lengths are shares of the car's height. A car is about 1.45 m high; its tyres are 0.65 m high, its sills 0.15 m above
// the floor.
/** Half the width within which a tyre is the lowest part of a car. */
const TYRE = 0.12;
/** Length within which the contour rises beside a tyre, to the sill or the bumper. */
const ARCH = 0.4;
/** Least rise of the contour beside a tyre. */
const RISE = 0.03;
/** Least distance of the outermost tyre from the next one, and the steepest line between them. */
const FAR_TYRE = { distance: 0.35, slope: 0.4 };
/** Rise above the line through the others at which a part of a side view is a bumper. */
const BUMPER_RISE = 0.05;

/** Least distance of the tyres in a side view, in car heights; 1.7 to 2.0 in a full one. */
export const SIDE_WHEELBASE = 1.5;

/**
 * Finds the columns in which a car's tyres stand on the floor, from left to right.
 *
 * A tyre is the lowest part of its surroundings, and the contour rises on both sides of it. Tyres of the far side, seen
 * under the car, are above the line through the others and do not count. The lowest point of the car always counts.
 *
 * @returns At least one column.
 */
export function findTyres(contour: LowerContour): number[] {
  const tyres = onOneLine(candidates(contour), contour.edges);
  while (tyres.length > 1) {
    if (isBumper(contour, tyres, tyres[0], tyres[1], tyres[2])) tyres.shift();
    else if (isBumper(contour, tyres, tyres.at(-1)!, tyres.at(-2)!, tyres.at(-3))) tyres.pop();
    else break;
  }
  return tyres;
}

function candidates({ stepPx, first, last, heightPx, edges }: LowerContour): number[] {
  const reach = Math.max(1, Math.round((TYRE * heightPx) / stepPx));
  const arch = Math.round((ARCH * heightPx) / stepPx);
  const bottom = extreme(edges, first, last, Math.max);
  const found: number[] = [];
  const car = edges.subarray(first, last + 1);
  for (let i = first; i <= last; i++) {
    const [from, to] = [Math.max(first, i - reach), Math.min(last, i + reach)];
    if (edges[i] < extreme(edges, from, to, Math.max)) continue;
    const rises = (direction: 1 | -1) =>
      risesBeside(car, i - first, { direction, reach: arch, rise: RISE * heightPx });
    if (edges[i] !== bottom && !(rises(-1) && rises(1))) continue;
    let end = i; // a flat tyre has several lowest columns, and its middle stands for it
    while (end < last && edges[end + 1] === edges[i]) end++;
    found.push((i + end) >> 1);
    i = end + reach;
  }
  return found;
}

/**
 * Whether the contour rises by `rise` pixels beside a column, within `reach` columns and before it falls below it. The car's
 * end counts as a rise.
 *
 * @param edges The contour of the car's columns.
 */
export function risesBeside(
  edges: Float32Array,
  column: number,
  { direction, reach, rise }: { direction: 1 | -1; reach: number; rise: number },
): boolean {
  for (let i = column + direction; Math.abs(i - column) <= reach; i += direction) {
    if (i < 0 || i >= edges.length) return true;
    if (edges[i] > edges[column]) return false;
    if (edges[column] - edges[i] >= rise) return true;
  }
  return false;
}

/** Keeps the columns of the lower convex hull. */
function onOneLine(columns: number[], edges: Float32Array): number[] {
  const hull: number[] = [];
  for (const c of columns) {
    while (hull.length >= 2) {
      const [a, b] = hull.slice(-2);
      if ((edges[b] - edges[a]) * (c - a) >= (edges[c] - edges[a]) * (b - a)) break;
      hull.pop();
    }
    hull.push(c);
  }
  return hull;
}

/** Whether an outermost part is no tyre: too near the next tyre or too high above the floor. */
function isBumper(
  { stepPx, heightPx, edges }: LowerContour,
  tyres: number[],
  outer: number,
  next: number,
  third?: number,
): boolean {
  const distancePx = Math.abs(outer - next) * stepPx;
  const risePx = edges[next] - edges[outer];
  if (risePx > FAR_TYRE.slope * distancePx) return true;
  if (risePx >= 0 && distancePx < FAR_TYRE.distance * heightPx) return true;
  const others = third === undefined ? 0 : (Math.max(...tyres) - Math.min(...tyres)) * stepPx -
    distancePx;
  if (third === undefined || others < SIDE_WHEELBASE * heightPx) return false;
  const slope = (edges[next] - edges[third]) / (next - third);
  return edges[next] + slope * (outer - next) - edges[outer] > BUMPER_RISE * heightPx;
}
