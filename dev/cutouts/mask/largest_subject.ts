import type { Plane, Rectangle } from "../plane.ts";

/** Value from which a pixel belongs to a subject. */
const SUBJECT = 0.5;

/** The connected pixels of a mask that are subject, or those that are not. */
export interface Region {
  pixels: Uint32Array;
  touchesBorder: boolean;
}

/** Finds connected regions (by sides) of pixels for which `isMember` holds. */
export function regions(
  width: number,
  height: number,
  isMember: (index: number) => boolean,
): Region[] {
  const seen = new Uint8Array(width * height);
  const queue = new Uint32Array(width * height);
  const found: Region[] = [];
  for (let start = 0; start < seen.length; start++) {
    if (seen[start] || !isMember(start)) continue;
    let end = 0;
    let touchesBorder = false;
    const visit = (i: number): void => {
      if (seen[i] || !isMember(i)) return;
      seen[i] = 1;
      queue[end++] = i;
    };
    visit(start);
    for (let next = 0; next < end; next++) {
      const i = queue[next];
      const x = i % width;
      const isLeft = x === 0, isRight = x === width - 1;
      const isTop = i < width, isBottom = i >= width * (height - 1);
      touchesBorder ||= isLeft || isRight || isTop || isBottom;
      if (!isLeft) visit(i - 1);
      if (!isRight) visit(i + 1);
      if (!isTop) visit(i - width);
      if (!isBottom) visit(i + width);
    }
    found.push({ pixels: queue.slice(0, end), touchesBorder });
  }
  return found;
}

/** Returns the bounds of the largest connected subject; `null` without a subject. */
export function subjectBounds(mask: Plane): Rectangle | null {
  const subject = largest(mask);
  if (!subject) return null;
  const isSubject = new Uint8Array(mask.data.length);
  for (const i of subject.pixels) isSubject[i] = 1;
  return boundsOf(mask, (_, index) => isSubject[index] === 1);
}

/** Returns the bounds of the pixels that fulfil a condition; `null` if there are none. */
export function boundsOf(
  { width, height, data }: Plane,
  isIncluded: (value: number, index: number) => boolean,
): Rectangle | null {
  const bounds = { left: width, top: height, right: 0, bottom: 0 };
  for (let i = 0; i < data.length; i++) {
    if (!isIncluded(data[i], i)) continue;
    const x = i % width, y = Math.floor(i / width);
    bounds.left = Math.min(bounds.left, x);
    bounds.right = Math.max(bounds.right, x + 1);
    bounds.top = Math.min(bounds.top, y);
    bounds.bottom = Math.max(bounds.bottom, y + 1);
  }
  return bounds.right > 0 ? bounds : null;
}

/**
 * Keeps the largest connected subject with its soft edge, and fills its small holes.
 *
 * @param mask A mask, changed in place.
 * @param maxHolePixels The largest hole that is filled; real holes (between spokes, under a spoiler) are larger.
 */
export function keepLargestSubject(mask: Plane, maxHolePixels: number): void {
  const { width, height, data } = mask;
  const subject = largest(mask);
  if (!subject) return;
  const isSubject = new Uint8Array(data.length);
  for (const i of subject.pixels) isSubject[i] = 1;
  // Only values that fall towards the outside belong to its soft edge.
  const isEdge = softEdge(mask, isSubject);
  for (let i = 0; i < data.length; i++) if (!isEdge[i]) data[i] = 0;
  for (const hole of regions(width, height, (i) => !isSubject[i])) {
    if (hole.touchesBorder || hole.pixels.length > maxHolePixels) continue;
    for (const i of hole.pixels) data[i] = Math.max(data[i], 1);
  }
}

/** Marks the subject, and what is connected to it by values that do not rise. */
function softEdge({ width, height, data }: Plane, isSubject: Uint8Array): Uint8Array {
  const reached = isSubject.slice();
  const queue: number[] = [];
  for (let i = 0; i < reached.length; i++) if (reached[i]) queue.push(i);
  for (let next = 0; next < queue.length; next++) {
    const i = queue[next];
    const x = i % width, y = Math.floor(i / width);
    const visit = (to: number): void => {
      if (reached[to] || data[to] === 0 || data[to] > data[i]) return;
      reached[to] = 1;
      queue.push(to);
    };
    if (x > 0) visit(i - 1);
    if (x < width - 1) visit(i + 1);
    if (y > 0) visit(i - width);
    if (y < height - 1) visit(i + width);
  }
  return reached;
}

function largest({ width, height, data }: Plane): Region | undefined {
  return regions(width, height, (i) => data[i] >= SUBJECT)
    .reduce<Region | undefined>(
      (best, one) => !best || one.pixels.length > best.pixels.length ? one : best,
      undefined,
    );
}
