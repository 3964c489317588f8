import type { Mask, Raster, Rect } from "../raster.ts";

/** Alpha above which a pixel belongs to the subject; a matte's noise and compression artefacts lie below. */
export const ALPHA_THRESHOLD = 10;

/** Alpha above which a pixel shows mainly the subject: a soft edge's outer half and a remover's own shadow lie below. */
export const SUBJECT_THRESHOLD = 127;

/** Mean of red, green and blue below which a pixel belongs to the subject, in a photo without alpha. */
export const WHITE_THRESHOLD = 250;

/**
 * Computes the bounding box of a mask's covered area.
 *
 * @param mask The coverage.
 * @param threshold Values above it count as covered, 0 to 254.
 * @returns The box, or `null` if nothing is covered.
 */
export function boundsOfMask({ data, width }: Mask, threshold: number): Rect | null {
  const covered = partBetweenZeros(data);
  const first = firstAbove(data, covered.from, covered.to, threshold);
  if (first === covered.to) return null;
  const top = Math.floor(first / width);
  const bottom = Math.floor(lastAbove(data, first, covered.to, threshold) / width);
  let left = width;
  let right = -1;
  for (let row = top * width; row <= bottom * width; row += width) {
    left = firstAbove(data, row, row + left, threshold) - row;
    right = lastAbove(data, row + right + 1, row + width, threshold) - row;
  }
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** Passes over the zeros at both ends four at a time: half of an ordinary mask. The part that is left may begin and end with some. */
function partBetweenZeros(data: Uint8Array): { from: number; to: number } {
  if (data.byteOffset % 4 !== 0) return { from: 0, to: data.length };
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length >> 2);
  let first = 0;
  while (first < words.length && words[first] === 0) first++;
  if (data.length % 4 !== 0) return { from: first * 4, to: data.length };
  let end = words.length;
  while (end > first && words[end - 1] === 0) end--;
  return { from: first * 4, to: end * 4 };
}

/** Returns the first index of a value above the threshold, or `to`. */
function firstAbove(data: Uint8Array, from: number, to: number, threshold: number): number {
  for (let at = from; at < to; at++) if (data[at] > threshold) return at;
  return to;
}

/** Returns the last index of a value above the threshold, or `from - 1`. */
function lastAbove(data: Uint8Array, from: number, to: number, threshold: number): number {
  for (let at = to - 1; at >= from; at--) if (data[at] > threshold) return at;
  return from - 1;
}

/** Returns an image's alpha channel as a mask. */
export function alphaOf({ data, width, height }: Raster): Mask {
  const alpha = new Uint8Array(width * height);
  for (let i = 0, at = 3; i < alpha.length; i++, at += 4) alpha[i] = data[at];
  return { width, height, data: alpha };
}

/** Masks the pixels that are not white by {@linkcode WHITE_THRESHOLD}: 255 where darker, 0 elsewhere. */
export function darknessOf({ data, width, height }: Raster): Mask {
  const dark = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < dark.length; i++, at += 4) {
    dark[i] = data[at] + data[at + 1] + data[at + 2] < WHITE_THRESHOLD * 3 ? 255 : 0;
  }
  return { width, height, data: dark };
}
