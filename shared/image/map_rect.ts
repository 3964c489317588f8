import type { Rect, Size } from "./raster.ts";

/**
 * Maps a rectangle by the scaling and translation that maps one rectangle to another.
 *
 * @param rect The rectangle, in the units of `from`; it may exceed it.
 * @param from The rectangle that becomes `to`.
 * @param to The result of mapping `from`.
 * @returns The mapped rectangle, with each edge rounded to a whole pixel. It may have negative coordinates.
 */
export function mapRect(rect: Rect, from: Rect, to: Rect): Rect {
  const across = (x: number) => Math.round(to.x + ((x - from.x) * to.width) / from.width);
  const down = (y: number) => Math.round(to.y + ((y - from.y) * to.height) / from.height);
  const [x, y] = [across(rect.x), down(rect.y)];
  return { x, y, width: across(rect.x + rect.width) - x, height: down(rect.y + rect.height) - y };
}

/**
 * Cuts a rectangle to a frame.
 *
 * @param rect The rectangle, in the frame's pixels.
 * @param frame The frame's size.
 * @returns The common part, or `null` if it has no pixel.
 */
export function clipRect(rect: Rect, frame: Size): Rect | null {
  const [x, y] = [Math.max(0, rect.x), Math.max(0, rect.y)];
  const width = Math.min(frame.width, rect.x + rect.width) - x;
  const height = Math.min(frame.height, rect.y + rect.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}
