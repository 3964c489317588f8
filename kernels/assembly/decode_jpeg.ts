// A baseline JPEG of three components in one scan, with colours in full size, or in half the size across or in both directions: the
// pixels that libjpeg decodes at 1 to 4 eighths of the size. The picture passes once, in rows of units.

import {
  fillBlock,
  inverse2,
  inverse3,
  inverse4,
  inverse6,
  inverse8,
  useWorkspace,
} from "./inverse_dct";
import { beginBits, nextByte, passRestart, ranOut, readBlock } from "./jpeg_bits";
import { convertToRgb, widenRow } from "./jpeg_rgb";

export { isAtEnd, moveWindow, nextByte } from "./jpeg_bits";

/** Bytes of a component's description, see {@linkcode beginDecoding}. */
const DESCRIPTION: usize = 32;

/** The components' descriptions. */
let components: usize = 0;
/** The places of the coefficients in zigzag order. */
let places: usize = 0;
/** The coefficients of a block. */
let block: usize = 0;
/** The planes of a row of units: brightness, both colours. */
let planes: usize = 0;

/** Units in a row, and the next one. */
let units: i32 = 0;
let column: i32 = 0;
/** Units between two restarts, 0 for none; units until the next one; restarts so far. */
let interval: i32 = 0;
let unitsToRestart: i32 = 0;
let restarts: i32 = 0;

/** Width and height of the brightness of a row of units, in samples. */
let stride: usize = 0;
let rows: i32 = 0;

/**
 * Begins a picture.
 *
 * @param descriptions Three components, 8 32-bit numbers each: blocks in a unit across and down; samples on a side of a block, 1 to
 * 4, 6 or 8; addresses of the Huffman tables (`jpeg_bits.ts`) of the DC and of the AC coefficients; address of 64 32-bit divisors in
 * zigzag order; the last DC coefficient, 0; unused. Brightness comes first; a unit of the others is as high, and as wide or half as
 * wide.
 * @param zigzag The 64 places of the coefficients in zigzag order, bytes.
 * @param unitsInRow Units in a row.
 * @param restartInterval Units between two restarts, 0 for none.
 * @param room Room for blocks and planes: 512 bytes, 3 for each sample of a row of units, and 2 for each of a row of samples.
 */
export function beginDecoding(
  descriptions: usize,
  zigzag: usize,
  unitsInRow: i32,
  restartInterval: i32,
  room: usize,
): void {
  components = descriptions;
  places = zigzag;
  units = unitsInRow;
  interval = unitsToRestart = restartInterval;
  column = restarts = 0;
  block = room;
  memory.fill(block, 0, 256);
  useWorkspace(room + 256);
  planes = room + 512;
  const size = load<i32>(components, 8);
  stride = <usize> (units * load<i32>(components) * size);
  rows = load<i32>(components, 4) * size;
  beginBits();
}

/**
 * Decodes units of a row.
 *
 * @param until Address: no unit begins behind it, unless the window reaches the file's end.
 * @returns The number of units of the row that are decoded so far; -1 if the data is wrong.
 */
export function decodeUnits(until: usize): i32 {
  if (column == units) column = 0;
  for (; column < units && nextByte() <= until; column++) {
    if (interval > 0 && unitsToRestart-- == 0) {
      if (!passRestart(restarts++)) return -1;
      unitsToRestart = interval - 1;
      for (let i: usize = 0; i < 3; i++) store<i32>(components + i * DESCRIPTION, 0, 24);
    }
    for (let i: usize = 0; i < 3; i++) {
      if (!decodeBlocks(components + i * DESCRIPTION, planes + i * stride * <usize> rows)) {
        return -1;
      }
    }
    if (ranOut()) return -1;
  }
  return column;
}

/** Decodes a unit's blocks of a component. */
function decodeBlocks(component: usize, plane: usize): bool {
  const across = load<i32>(component);
  const down = load<i32>(component, 4);
  const size = load<i32>(component, 8);
  const dc = <usize> load<u32>(component, 12);
  const ac = <usize> load<u32>(component, 16);
  const divisors = <usize> load<u32>(component, 20);
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      const read = readBlock(dc, ac, divisors, places, load<i32>(component, 24), block);
      if (read == -1) return false;
      store<i32>(component, <i32> (read >> 8), 24);
      const to = plane + <usize> (y * size) * stride + <usize> ((column * across + x) * size);
      transform(<i32> read & 255, size, to);
    }
  }
  return true;
}

/** Transforms the block, and clears it. @param last The zigzag index of its last coefficient that is not 0. */
function transform(last: i32, size: i32, to: usize): void {
  if (last == 0 || size == 1) {
    fillBlock(load<i32>(block), size, to, stride);
    store<i32>(block, 0);
    if (last == 0) return;
  } else if (size == 8) inverse8(block, to, stride);
  else if (size == 4) inverse4(block, to, stride);
  else if (size == 6) inverse6(block, to, stride);
  else if (size == 3) inverse3(block, to, stride);
  else inverse2(block, to, stride);
  const zero = i32x4.splat(0);
  for (let at: usize = 0; at < 256; at += 64) {
    v128.store(block + at, zero);
    v128.store(block + at, zero, 16);
    v128.store(block + at, zero, 32);
    v128.store(block + at, zero, 48);
  }
}

/**
 * Converts the decoded row of units to RGB.
 *
 * @param count Number of its pixel rows that belong to the picture.
 * @param width The picture's width, in pixels.
 * @param colorWidth The width of colours that are to be widened, in samples; 0 for colours that are as wide as the picture.
 * @param to Receives the pixels, and up to 24 bytes behind them.
 */
export function takeRows(count: i32, width: i32, colorWidth: i32, to: usize): void {
  const size = stride * <usize> rows;
  for (let y = 0; y < count; y++) {
    const from = planes + <usize> y * stride;
    let blue = from + size;
    let red = blue + size;
    if (colorWidth > 0) {
      const wide = planes + 3 * size;
      widenRow(blue, colorWidth, load<i32>(components, 8) > 1, wide);
      widenRow(red, colorWidth, load<i32>(components, 8) > 1, wide + stride);
      blue = wide;
      red = wide + stride;
    }
    convertToRgb(from, blue, red, width, to + <usize> (y * width * 3));
  }
}
