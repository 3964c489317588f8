// The tables of a baseline JPEG as libjpeg writes them: ITU T.81, annex K.

/** The places of a block's values, row-major, in the order in which they are coded. */
export const ZIGZAG = Uint8Array.of(
  ...[0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5],
  ...[12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28],
  ...[35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51],
  ...[58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63],
);

/** Quantisation tables at quality 50, row-major: of luminance and of colour. */
const QUANTISATION = [
  [
    ...[16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55],
    ...[14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62],
    ...[18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92],
    ...[49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99],
  ],
  [
    ...[17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99],
    ...[24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99],
    ...new Array(32).fill(99),
  ],
] as const;

/**
 * Computes the quantisation tables of a quality, as libjpeg does.
 *
 * @param quality 1 to 100.
 * @returns The tables of luminance and of colour, row-major, 1 to 255.
 */
export function quantisationOf(quality: number): Uint8Array[] {
  const percent = quality < 50 ? Math.floor(5_000 / quality) : 200 - 2 * quality;
  return QUANTISATION.map((table) =>
    Uint8Array.from(
      table,
      (value) => Math.max(1, Math.min(255, Math.floor((value * percent + 50) / 100))),
    )
  );
}

/** The scale factors of the transform (Arai, Agui and Nakajima): of the first value 1, of value k the square root of 2 x cos(k pi / 16). */
const FACTORS = Array.from(
  { length: 8 },
  (_, k) => k === 0 ? 1 : Math.SQRT2 * Math.cos((k * Math.PI) / 16),
);

/**
 * Computes what the transform's values are divided by.
 *
 * @param table A quantisation table, row-major.
 * @returns The divisors, with 3 fractional bits.
 */
export function divisorsOf(table: Uint8Array): number[] {
  return Array.from(table, (value, i) => {
    const factor = Math.round(FACTORS[i >> 3] * FACTORS[i & 7] * (1 << 14)); // rounded as in libjpeg's table
    return (value * factor + (1 << 10)) >> 11;
  });
}

/** A Huffman code: the number of symbols of each length from 1 to 16 bits, and the symbols by length. */
export interface HuffmanCode {
  counts: readonly number[];
  symbols: readonly number[];
}

const DC_SYMBOLS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

/** The codes of the differences of DC values: of luminance and of colour. */
export const DC_CODES: readonly HuffmanCode[] = [
  { counts: [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], symbols: DC_SYMBOLS },
  { counts: [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0], symbols: DC_SYMBOLS },
];

/** Symbols with a row each: the number of zeros in the high digit, the length of the value in the low one. */
const bytesOf = (digits: string): number[] =>
  digits.match(/../g)!.map((byte) => Number.parseInt(byte, 16));

/** The codes of the other values: of luminance and of colour. */
export const AC_CODES: readonly HuffmanCode[] = [
  {
    counts: [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125],
    symbols: bytesOf(
      "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728" +
        "292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788" +
        "898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9da" +
        "e1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa",
    ),
  },
  {
    counts: [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119],
    symbols: bytesOf(
      "000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a26" +
        "2728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a8283848586" +
        "8788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8" +
        "d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa",
    ),
  },
];

/**
 * Derives the bits of a code's symbols.
 *
 * @param code The code.
 * @param size One more than the largest symbol.
 * @returns For each symbol its bits, above 8 bits with their number; 0 for a symbol without a code.
 */
export function bitsOf({ counts, symbols }: HuffmanCode, size: number): Uint32Array {
  const bits = new Uint32Array(size);
  let [next, at] = [0, 0];
  counts.forEach((count, i) => {
    for (let n = 0; n < count; n++) bits[symbols[at++]] = (next++ << 8) | (i + 1);
    next *= 2;
  });
  return bits;
}
