import assert from "node:assert/strict";

/** The order of the first code's lengths, from the specification's "4. Building the code lengths". */
const ORDER = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/** The result of {@linkcode readPrefixLengths}. */
export interface ReadPrefixCode {
  /** The length of each symbol's code, in bits; 0 without a code. */
  lengths: Uint8Array;
  /** The only symbol of a code with a single one. */
  single?: number;
  /** Reads the bits after the code. */
  rest: (bits: number) => number;
}

/** Reads a prefix code by the specification of WebP's lossless bitstream, bit by bit and by search. */
export function readPrefixLengths(bytes: Uint8Array, alphabet: number): ReadPrefixCode {
  let at = 0;
  const rest = (bits: number): number => {
    let value = 0;
    for (let i = 0; i < bits; i++, at++) value |= ((bytes[at >> 3] >> (at & 7)) & 1) << i;
    return value;
  };
  const lengths = new Uint8Array(alphabet);
  if (rest(1) === 1) {
    assert.equal(rest(1), 0, "a simple code of two symbols");
    return { lengths, single: rest(rest(1) ? 8 : 1), rest };
  }
  const meta = new Uint8Array(ORDER.length);
  for (const symbol of ORDER.slice(0, 4 + rest(4))) meta[symbol] = rest(3);
  assert.equal(rest(1), 0, "fewer lengths than symbols");
  const next = symbolReader(meta, rest);
  let last = 8;
  for (let symbol = 0; symbol < alphabet;) {
    const length = next();
    if (length < 16) {
      lengths[symbol++] = length;
      if (length > 0) last = length;
      continue;
    }
    const [value, count] = length === 16
      ? [last, 3 + rest(2)]
      : [0, length === 17 ? 3 + rest(3) : 11 + rest(7)];
    assert.ok(symbol + count <= alphabet, "lengths for more symbols than there are");
    lengths.fill(value, symbol, symbol + count);
    symbol += count;
  }
  return { lengths, rest };
}

/**
 * Makes a reader of the symbols of a canonical code, which is ordered by length, then by symbol. A single symbol
 * takes no bits.
 */
function symbolReader(lengths: Uint8Array, bits: (count: number) => number): () => number {
  const used = [...lengths.keys()].filter((symbol) => lengths[symbol] > 0);
  if (used.length === 1) return () => used[0];
  const kraft = used.reduce((sum, symbol) => sum + 2 ** -lengths[symbol], 0);
  assert.equal(kraft, 1, "the code of lengths is not complete");
  const words = new Map<string, number>();
  let code = 0;
  for (let length = 1; length <= 7; length++, code <<= 1) {
    for (const symbol of used.filter((one) => lengths[one] === length)) {
      words.set((code++).toString(2).padStart(length, "0"), symbol);
    }
  }
  return () => {
    let word = "";
    while (!words.has(word)) word += bits(1);
    return words.get(word)!;
  };
}
