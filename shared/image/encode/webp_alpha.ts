import { BitWriter } from "./bit_writer.ts";
import { buildPrefixCode, writePrefixCode } from "./prefix_code.ts";

/** ALPH header: no preprocessing, gradient filter, lossless compression. */
const ALPH_HEADER = (3 << 2) | 1;

/** Symbols of the first code: 256 residuals and 24 run lengths. */
const ALPHABET = 256 + 24;

/** Longest run that VP8L can encode at once. */
const MAX_RUN = 4096;

/** Runs shorter than this cost less as single residuals. */
const MIN_RUN = 4;

/** VP8L's prefix symbol for the distance "the pixel to the left", the only one used. */
const LEFT = 1;

/**
 * Compresses an alpha plane into the data of a WebP `ALPH` chunk, losslessly.
 *
 * A cutout's alpha consists of large areas of 0 and 255 and a shadow's smooth slope. The format's gradient filter
 * predicts each pixel from its neighbours, so that nearly all residuals are 0 and compress as runs. That takes a tenth
 * of the time of libwebp's search for repetitions, for about the same size (`bench/RESULTS.md`, "Choices").
 *
 * Format: the WebP container's `ALPH` chunk, compressed as a headerless VP8L image whose green channel is the alpha.
 *
 * @param alpha The plane: one byte per pixel, row-major.
 * @param width The plane's width, in pixels.
 */
export function compressAlpha(alpha: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const residuals = filterGradient(alpha, width);
  const tokens = new Uint32Array(residuals.length);
  const counts = new Uint32Array(ALPHABET);
  const count = tokenize(residuals, tokens, counts);
  const code = buildPrefixCode(counts);

  const writer = new BitWriter(residuals.length >> 4);
  writer.write(ALPH_HEADER, 8);
  writer.write(0b000, 3); // no transform, no colour cache, one group of codes
  writePrefixCode(writer, code.lengths, counts.findIndex((n) => n > 0));
  for (const _ of ["red", "blue", "alpha"]) writePrefixCode(writer, NOTHING, 0);
  writePrefixCode(writer, NOTHING, LEFT);
  writeTokens(writer, tokens, count, code.lengths, code.bits);
  return writer.finish();
}

const NOTHING = new Uint8Array(1);

/** Subtracts the prediction left + above - above left from each pixel; the first row and column use one neighbour. */
function filterGradient(alpha: Uint8Array, width: number): Uint8Array {
  const residuals = new Uint8Array(alpha.length);
  residuals[0] = alpha[0];
  for (let x = 1; x < width; x++) residuals[x] = alpha[x] - alpha[x - 1];
  for (let at = width; at < alpha.length; at += width) filterRow(alpha, at, width, residuals);
  return residuals;
}

function filterRow(alpha: Uint8Array, start: number, width: number, residuals: Uint8Array): void {
  let left = alpha[start];
  let aboveLeft = alpha[start - width];
  residuals[start] = left - aboveLeft;
  for (let at = start + 1; at < start + width; at++) {
    const above = alpha[at - width];
    const own = alpha[at];
    const gradient = left + above - aboveLeft;
    residuals[at] = own - (gradient < 0 ? 0 : gradient > 255 ? 255 : gradient);
    left = own;
    aboveLeft = above;
  }
}

/**
 * Turns residuals into tokens. A token is a residual, or a run of the previous residual. It holds its symbol in the low
 * 9 bits, the number of extra bits in the next 4, and the extra bits above.
 *
 * @returns The number of tokens.
 */
function tokenize(residuals: Uint8Array, tokens: Uint32Array, counts: Uint32Array): number {
  let count = 0;
  let at = 0;
  while (at < residuals.length) {
    const value = residuals[at++];
    tokens[count++] = value;
    counts[value]++;
    let end = at;
    while (end < residuals.length && residuals[end] === value) end++;
    while (end - at >= MIN_RUN) {
      const token = runToken(Math.min(end - at, MAX_RUN));
      tokens[count++] = token;
      counts[token & 511]++;
      at += Math.min(end - at, MAX_RUN);
    }
  }
  return count;
}

/** Encodes a length by VP8L's prefix coding: exact up to 4, then two symbols per doubling, the rest as extra bits. */
function runToken(length: number): number {
  const value = length - 1;
  if (value < 4) return 256 + value;
  const top = 31 - Math.clz32(value);
  const extraBits = top - 1;
  const symbol = 2 * top + ((value >> extraBits) & 1);
  return (256 + symbol) | (extraBits << 9) | ((value & ((1 << extraBits) - 1)) << 13);
}

function writeTokens(
  writer: BitWriter,
  tokens: Uint32Array,
  count: number,
  lengths: Uint8Array,
  bits: Uint16Array,
): void {
  for (let i = 0; i < count; i++) {
    const token = tokens[i];
    const symbol = token & 511;
    writer.write(bits[symbol], lengths[symbol]);
    if (symbol >= 260) writer.write(token >>> 13, (token >>> 9) & 15);
  }
}
