import type { Mask, Raster, Rect } from "./raster.ts";

/** Alpha above which a pixel belongs to the subject: what a matte leaves of noise and compression lies below. */
export const ALPHA_THRESHOLD = 10;

/** Mean of red, green and blue below which a pixel of a photo without alpha belongs to the subject. */
export const WHITE_THRESHOLD = 250;

/**
 * The bounding box of what a mask covers.
 *
 * @param mask The coverage.
 * @param threshold Values above it count, 0 to 254.
 * @returns The box, or `null` if nothing is covered.
 */
export function boundsOfMask({ data, width, height }: Mask, threshold: number): Rect | null {
  let left = width;
  let right = -1;
  let top = -1;
  let bottom = -1;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const first = firstAbove(data, row, row + width, threshold) - row;
    if (first === width) continue;
    if (top < 0) top = y;
    bottom = y;
    if (first < left) left = first;
    const last = lastAbove(data, row + Math.max(first, right), row + width, threshold) - row;
    if (last > right) right = last;
  }
  return bottom < 0 ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

function firstAbove(data: Uint8Array, from: number, to: number, threshold: number): number {
  for (let at = from; at < to; at++) if (data[at] > threshold) return at;
  return to;
}

function lastAbove(data: Uint8Array, from: number, to: number, threshold: number): number {
  for (let at = to - 1; at >= from; at--) if (data[at] > threshold) return at;
  return from - 1;
}

/** An image's alpha channel as a mask. */
export function alphaOf({ data, width, height }: Raster): Mask {
  const alpha = new Uint8Array(width * height);
  for (let i = 0, at = 3; i < alpha.length; i++, at += 4) alpha[i] = data[at];
  return { width, height, data: alpha };
}

/** What is not white in an image, by {@linkcode WHITE_THRESHOLD}: 255 where it is darker, 0 elsewhere. */
export function darknessOf({ data, width, height }: Raster): Mask {
  const dark = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < dark.length; i++, at += 4) {
    dark[i] = data[at] + data[at + 1] + data[at + 2] < WHITE_THRESHOLD * 3 ? 255 : 0;
  }
  return { width, height, data: dark };
}
