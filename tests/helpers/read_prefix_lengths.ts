import assert from "node:assert/strict";

/** The order of the specification, "4. Building the code lengths", in which the first code's lengths stand. */
const ORDER = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/** What {@linkcode readPrefixLengths} finds. */
export interface ReadPrefixCode {
  /** Per symbol its code's length in bits, 0 if it has none. */
  lengths: Uint8Array;
  /** The symbol of a code that has just this one. */
  single?: number;
  /** Reads on behind the code. */
  rest: (bits: number) => number;
}

/** Reads a prefix code as the specification of WebP's lossless bitstream says, bit by bit and by search. */
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

/** Reads one symbol of a canonical code: by length, then by symbol. One of a single symbol takes no bits. */
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
