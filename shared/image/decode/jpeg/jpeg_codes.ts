/** Maximum bits of a code that a single table look-up resolves; longer codes are rare. */
export const LOOKUP_BITS = 9;

/** Length of the longest code, in bits. */
export const MAX_CODE_BITS = 16;

/** A JPEG's Huffman table, as the DHT segment defines it. */
export class JpegCodes {
  /** For each prefix of nine bits, the code's length and symbol as `length << 8 | symbol`; 0 if the code is longer. */
  readonly short = new Uint16Array(1 << LOOKUP_BITS);
  /** The last code of each length, left-aligned to 16 bits; -1 if there is none. */
  readonly #lastOf = new Int32Array(MAX_CODE_BITS + 1).fill(-1);
  /** Offset from a code of each length to its symbol's index. */
  readonly #offsetOf = new Int32Array(MAX_CODE_BITS + 1);
  readonly #symbols: Uint8Array;

  /**
   * @param counts Number of codes of each length, 1 to 16 bits.
   * @param symbols The symbols in the order of their codes.
   */
  constructor(counts: Uint8Array, symbols: Uint8Array) {
    this.#symbols = symbols;
    let code = 0;
    let index = 0;
    for (let length = 1; length <= MAX_CODE_BITS; length++) {
      const count = counts[length - 1];
      this.#offsetOf[length] = index - code;
      for (let i = 0; i < count; i++, index++, code++) this.#note(code, length, symbols[index]);
      if (count > 0) this.#lastOf[length] = (code << (MAX_CODE_BITS - length)) - 1;
      code <<= 1;
    }
  }

  /**
   * Lays out the table for the pixel loops: the entries of {@linkcode short}, 16 bits each; for each length from 0 to 16 the last
   * code and the offset, 32 bits each; 256 symbols.
   */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(1_024 + 68 + 68 + 256);
    const arrays = [this.short, this.#lastOf, this.#offsetOf, this.#symbols];
    let at = 0;
    for (const { buffer, byteOffset, byteLength } of arrays) {
      bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
      at += byteLength;
    }
    return bytes;
  }

  #note(code: number, length: number, symbol: number): void {
    if (length > LOOKUP_BITS) return;
    const spare = LOOKUP_BITS - length;
    const from = code << spare;
    this.short.fill((length << 8) | symbol, from, from + (1 << spare));
  }

  /**
   * Finds the code at the start of the given bits.
   *
   * @param bits 16 bits.
   * @returns `length << 8 | symbol`, or 0 if no code matches.
   */
  find(bits: number): number {
    const short = this.short[bits >> (MAX_CODE_BITS - LOOKUP_BITS)];
    if (short !== 0) return short;
    for (let length = LOOKUP_BITS + 1; length <= MAX_CODE_BITS; length++) {
      if (bits > this.#lastOf[length]) continue;
      const index = (bits >> (MAX_CODE_BITS - length)) + this.#offsetOf[length];
      return (length << 8) | (this.#symbols[index] ?? 0);
    }
    return 0;
  }
}
