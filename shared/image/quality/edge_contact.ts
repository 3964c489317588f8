import { SUBJECT_THRESHOLD } from "../edit/bounds.ts";
import type { Raster, Rect, Size } from "../raster.ts";

/** Distance from the photo's edge up to which a subject touches it, in pixels: removers soften the mask there. */
const TOUCH_PX = 2;

/** Shares of the photo's edges that the subject touches, each 0 to 1. */
export interface EdgeContact {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * Measures how much of each edge of the photo the subject touches: the share of the edge along which one of the three outermost
 * rows or columns is more than half covered.
 *
 * @param crop The crop, with the cutout as its alpha.
 * @param box The crop's place in the photo.
 * @param photo The photo's size, in the same pixels.
 */
export function edgeContact({ data }: Raster, box: Rect, photo: Size): EdgeContact {
  const { x, y, width, height } = box;
  /** Counts the covered pixels of a line: its first pixel, their number, and the distance from one to the next. */
  const covered = (first: number, count: number, step: number) => {
    let pixels = 0;
    for (let i = 0, at = first * 4 + 3; i < count; i++, at += step * 4) {
      if (data[at] > SUBJECT_THRESHOLD) pixels++;
    }
    return pixels;
  };
  /** Returns the largest number among the lines that are near an edge. */
  const touched = (distance: number, lines: number, ofLine: (line: number) => number) => {
    let most = 0;
    for (let line = 0; line <= TOUCH_PX - distance && line < lines; line++) {
      most = Math.max(most, ofLine(line));
    }
    return most;
  };
  const column = (at: number) => covered(at, height, width);
  const row = (at: number) => covered(at * width, width, 1);
  const [right, bottom] = [photo.width - x - width, photo.height - y - height];
  return {
    left: touched(x, width, column) / photo.height,
    top: touched(y, height, row) / photo.width,
    right: touched(right, width, (line) => column(width - 1 - line)) / photo.height,
    bottom: touched(bottom, height, (line) => row(height - 1 - line)) / photo.width,
  };
}
