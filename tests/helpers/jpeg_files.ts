import { concat, u16 } from "./bytes.ts";

/** A frame of a JPEG for {@linkcode jpegFrame}. */
export interface JpegFrame {
  /** The second byte of its marker: 0xc0 baseline, 0xc2 progressive, 0xc3 lossless, ... */
  marker: number;
  /** Bits of a sample. @default 8 */
  precision?: number;
  width: number;
  height: number;
  /** Colour components. @default 1 */
  components?: number;
  /** The number of zeros that form the picture's data. @default 300 */
  zeros?: number;
}

/** Frames without DCT, whose scans choose a predictor instead of coefficients. */
const LOSSLESS = new Set([0xc3, 0xc7, 0xcb, 0xcf]);
/** Frames whose first scan holds DC coefficients only. */
const PROGRESSIVE = new Set([0xc2, 0xc6, 0xca, 0xce]);

/** A code table of class DC or AC with four two-bit codes, in which zeros mean 0. */
function codes(tableClass: 0 | 1): Uint8Array {
  const counts = [0, 3, ...new Array(14).fill(0)];
  return segment(0xc4, [tableClass << 4, ...counts, 0, 1, 2]);
}

/** A marker segment. */
export function segment(marker: number, data: Uint8Array | number[]): Uint8Array<ArrayBuffer> {
  return concat([0xff, marker], u16(data.length + 2), data);
}

/** Makes a JPEG of any coding process from its description: one scan over all components, whose data is zeros. */
export function jpegFrame(
  { marker, precision = 8, width, height, components = 1, zeros = 300 }: JpegFrame,
): Uint8Array<ArrayBuffer> {
  const ids = Array.from({ length: components }, (_, index) => index + 1);
  const selection = LOSSLESS.has(marker)
    ? [1, 0, 0]
    : PROGRESSIVE.has(marker)
    ? [0, 0, 0]
    : [0, 63, 0];
  return concat(
    [0xff, 0xd8],
    segment(0xdb, [0, ...new Array(64).fill(1)]),
    segment(marker, [
      ...[precision, ...u16(height), ...u16(width), components],
      ...ids.flatMap((id) => [id, 0x11, 0]),
    ]),
    codes(0),
    codes(1),
    segment(0xda, [components, ...ids.flatMap((id) => [id, 0]), ...selection]),
    new Uint8Array(zeros),
    [0xff, 0xd9],
  );
}

/** A grey JPEG of one row of blocks, light and dark in turn, with a restart marker after every `interval` blocks. */
export function restartJpeg(blocks: number, interval: number): Uint8Array<ArrayBuffer> {
  const file = jpegFrame({ marker: 0xc0, width: 8 * blocks, height: 8, zeros: 0 });
  const scanAt = file.lastIndexOf(0xda) - 1;
  const data: number[] = [];
  for (let from = 0; from < blocks; from += interval) {
    if (from > 0) data.push(0xff, 0xd0 + (from / interval - 1) % 8);
    // The code 01 announces one bit of DC difference: 1 means 1, and 0 means -1. 00 ends the block.
    const count = Math.min(interval, blocks - from);
    const bits = Array.from({ length: count }, (_, i) => i % 2 === 0 ? "01100" : "01000").join("");
    for (let at = 0; at < bits.length; at += 8) {
      data.push(parseInt(bits.slice(at, at + 8).padEnd(8, "1"), 2));
    }
  }
  return concat(
    file.subarray(0, scanAt),
    segment(0xdd, u16(interval)),
    file.subarray(scanAt, -2),
    data,
    [0xff, 0xd9],
  );
}

/**
 * A lossless JPEG of 527 bytes: 16 bits per sample, 8000 x 8000 pixels, one component, zeros. It crashed the
 * engine.
 */
export function losslessBomb(): Uint8Array<ArrayBuffer> {
  const frame = { marker: 0xc3, precision: 16, width: 8_000, height: 8_000, zeros: 0 };
  return jpegFrame({ ...frame, zeros: 527 - jpegFrame(frame).length });
}
