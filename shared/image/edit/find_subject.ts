import type { Sides, Subject } from "../framing.ts";
import { packedPixels, type Raster, type Rect, rectOf, type Size } from "../raster.ts";

/** Alpha above which a pixel is solid. The soft edge and a remover's leftover of the old shadow lie below. */
const SOLID = 127;

/**
 * Minimum share of solid pixels in the car's outermost rows and columns, relative to the crop's width and height. A tyre
 * touches the ground with more than 3 % of the car's width; an antenna and stray pixels of a mask have less.
 */
const MIN_SHARE = 0.005;

/** Minimum number of these pixels, so that two stray pixels count in no photo of less than 600 pixels. */
const MIN_PX = 3;

/** Minimum share of a photo's side that a car covers if the photo cuts the car there. */
const CUT_SHARE = 0.02;

/** Distance from the photo's edge up to which a car touches it, in pixels: removers soften the mask there. */
const TOUCH_PX = 2;

/**
 * Finds the car in a crop: the box of its solid pixels, and the sides at which the photo cuts it.
 *
 * @param image The crop, with the cutout as its alpha.
 * @param place The crop's place in the photo.
 * @param photo The photo's size, in the same pixels.
 */
export function findSubject(image: Raster, place: Rect, photo: Size): Subject {
  const { rows, columns } = countSolid(image);
  const [left, right] = extent(columns, Math.max(MIN_PX, image.height * MIN_SHARE));
  const [top, bottom] = extent(rows, Math.max(MIN_PX, image.width * MIN_SHARE));
  if (left === right || top === bottom) return { box: rectOf(image), cut: NONE };
  const isCut = (distance: number, counts: Uint32Array, nearest: number, side: number) =>
    distance <= TOUCH_PX &&
    Math.max(...counts.subarray(nearest, nearest + TOUCH_PX + 1)) >= side * CUT_SHARE;
  const lastOf = (end: number) => Math.max(0, end - TOUCH_PX - 1);
  return {
    box: { x: left, y: top, width: right - left, height: bottom - top },
    cut: {
      left: isCut(place.x + left, columns, left, photo.height),
      right: isCut(photo.width - place.x - right, columns, lastOf(right), photo.height),
      top: isCut(place.y + top, rows, top, photo.width),
      bottom: isCut(photo.height - place.y - bottom, rows, lastOf(bottom), photo.width),
    },
  };
}

const NONE: Sides = { left: false, top: false, right: false, bottom: false };

/** Counts the solid pixels of each row and column. */
function countSolid(image: Raster): { rows: Uint32Array; columns: Uint32Array } {
  const { width, height } = image;
  const rows = new Uint32Array(height);
  const columns = new Uint32Array(width);
  const pixels = packedPixels(image);
  for (let y = 0, at = 0; y < height; y++) {
    let count = 0;
    for (let x = 0; x < width; x++, at++) {
      if (pixels[at] >>> 24 <= SOLID) continue;
      count++;
      columns[x]++;
    }
    rows[y] = count;
  }
  return { rows, columns };
}

/** @returns The first index whose count reaches the minimum and the index after the last; equal if none does. */
function extent(counts: Uint32Array, min: number): [from: number, to: number] {
  const from = counts.findIndex((count) => count >= min);
  return from < 0 ? [0, 0] : [from, counts.findLastIndex((count) => count >= min) + 1];
}
