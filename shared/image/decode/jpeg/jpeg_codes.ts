/** Bits of a code that one look-up decides; longer codes are rare. */
export const LOOKUP_BITS = 9;

/** Length of the longest code, in bits. */
export const MAX_CODE_BITS = 16;

/** A Huffman table of a JPEG, as the segment DHT defines it. */
export class JpegCodes {
  /** For each prefix of nine bits: the code's length and symbol as `length << 8 | symbol`; 0 where the code is longer. */
  readonly short = new Uint16Array(1 << LOOKUP_BITS);
  /** The last code of each length, left-aligned to 16 bits; -1 without one. */
  readonly #lastOf = new Int32Array(MAX_CODE_BITS + 1).fill(-1);
  /** What is added to a code of each length to find its symbol. */
  readonly #offsetOf = new Int32Array(MAX_CODE_BITS + 1);
  readonly #symbols: Uint8Array;

  /**
   * @param counts Number of codes of 1 to 16 bits.
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

  #note(code: number, length: number, symbol: number): void {
    if (length > LOOKUP_BITS) return;
    const spare = LOOKUP_BITS - length;
    const from = code << spare;
    this.short.fill((length << 8) | symbol, from, from + (1 << spare));
  }

  /**
   * Finds the code that bits begin with.
   *
   * @param bits 16 bits.
   * @returns `length << 8 | symbol`; 0 for bits that no code begins.
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
