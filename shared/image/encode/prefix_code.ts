import type { BitWriter } from "./bit_writer.ts";

/** Maximum lengths that VP8L allows, in bits: of a prefix code, and of the code that encodes the lengths themselves. */
const MAX_LENGTH = 15;
const MAX_META_LENGTH = 7;

/** The order in which VP8L stores the lengths of the code of lengths. */
const META_ORDER = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/** A canonical prefix (Huffman) code: each symbol's length in bits (0 if unused) and its bits in writing order. */
export interface PrefixCode {
  lengths: Uint8Array;
  bits: Uint16Array;
}

/**
 * Builds the prefix code of an alphabet.
 *
 * @param counts Number of occurrences of each symbol.
 * @param maxLength Bound on a code's length, in bits, 1 to 15; at most 2 ** `maxLength` symbols may be used.
 * @returns The code; a single used symbol has length 0 and takes no bits.
 */
export function buildPrefixCode(counts: Uint32Array, maxLength = MAX_LENGTH): PrefixCode {
  // A higher floor under the counts flattens the tree; at the limit all counts are equal.
  for (let floor = 1;; floor *= 2) {
    const lengths = codeLengths(counts, floor);
    if (lengths.every((length) => length <= maxLength)) {
      return { lengths, bits: canonical(lengths) };
    }
  }
}

/** Computes code lengths by Huffman's algorithm: repeatedly joins the two rarest entries of a sorted list. */
function codeLengths(counts: Uint32Array, floor: number): Uint8Array {
  interface Node {
    count: number;
    symbols: number[];
  }
  const lengths = new Uint8Array(counts.length);
  const nodes: Node[] = [];
  counts.forEach((count, symbol) => {
    if (count > 0) nodes.push({ count: Math.max(count, floor), symbols: [symbol] });
  });
  nodes.sort((a, b) => b.count - a.count);
  while (nodes.length > 1) {
    const a = nodes.pop()!;
    const b = nodes.pop()!;
    const joined = { count: a.count + b.count, symbols: [...a.symbols, ...b.symbols] };
    for (const symbol of joined.symbols) lengths[symbol]++;
    let at = nodes.length;
    while (at > 0 && nodes[at - 1].count < joined.count) at--;
    nodes.splice(at, 0, joined);
  }
  return lengths;
}

/** Assigns canonical codes by length, then symbol. The bits are reversed: VP8L reads a code from its first bit. */
function canonical(lengths: Uint8Array): Uint16Array {
  const bits = new Uint16Array(lengths.length);
  let code = 0;
  for (let length = 1; length <= MAX_LENGTH; length++) {
    code <<= 1;
    lengths.forEach((symbolLength, symbol) => {
      if (symbolLength === length) bits[symbol] = reverse(code++, length);
    });
  }
  return bits;
}

function reverse(code: number, length: number): number {
  let result = 0;
  for (let i = 0; i < length; i++) result |= ((code >> i) & 1) << (length - 1 - i);
  return result;
}

/**
 * Writes a prefix code in the form that VP8L reads before the data.
 *
 * @param writer The target.
 * @param lengths The code's lengths; with fewer than two used symbols the short form is written.
 * @param used The only symbol of a short form, below 256.
 */
export function writePrefixCode(writer: BitWriter, lengths: Uint8Array, used: number): void {
  if (lengths.every((length) => length === 0)) {
    writer.write(0b001, 2); // simple, one symbol
    writer.write(used > 1 ? 1 : 0, 1);
    writer.write(used, used > 1 ? 8 : 1);
    return;
  }
  const runs = runLengths(lengths);
  const counts = new Uint32Array(19);
  for (const { symbol } of runs) counts[symbol]++;
  const meta = buildPrefixCode(counts, MAX_META_LENGTH);
  const single = meta.lengths.every((length) => length === 0);
  if (single) meta.lengths[runs[0].symbol] = 1; // all lengths alike: the code of lengths has no short form here
  writer.write(0, 1);
  writer.write(META_ORDER.length - 4, 4);
  for (const symbol of META_ORDER) writer.write(meta.lengths[symbol], 3);
  writer.write(0, 1); // as many lengths as the alphabet has symbols
  for (const { symbol, extra, extraBits } of runs) {
    if (!single) writer.write(meta.bits[symbol], meta.lengths[symbol]);
    writer.write(extra, extraBits);
  }
}

interface LengthRun {
  symbol: number;
  extra: number;
  extraBits: number;
}

/** Encodes lengths as symbols: 0 to 15 are literal, 17 and 18 stand for 3 to 10 and 11 to 138 zeros. */
function runLengths(lengths: Uint8Array): LengthRun[] {
  const runs: LengthRun[] = [];
  for (let at = 0; at < lengths.length;) {
    let zeros = 0;
    while (at + zeros < lengths.length && lengths[at + zeros] === 0 && zeros < 138) zeros++;
    if (zeros >= 11) runs.push({ symbol: 18, extra: zeros - 11, extraBits: 7 });
    else if (zeros >= 3) runs.push({ symbol: 17, extra: zeros - 3, extraBits: 3 });
    else {
      runs.push({ symbol: lengths[at], extra: 0, extraBits: 0 });
      zeros = 1;
    }
    at += zeros;
  }
  return runs;
}
