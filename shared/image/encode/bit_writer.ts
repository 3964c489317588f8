/** Bits that do not fill a byte. */
export interface PendingBits {
  /** The bits, the first one lowest. */
  value: number;
  /** Their number, 0 to 7. */
  count: number;
}

/** Writes values of a few bits each, least significant bit first, into a buffer that grows. */
export class BitWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;
  #pending = 0;
  #pendingBits = 0;

  /** @param capacity Initial size of the buffer, in bytes. */
  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity + 8);
  }

  /**
   * @param value The bits; those above `count` are 0.
   * @param count Number of bits to write, 0 to 16.
   */
  write(value: number, count: number): void {
    this.#pending |= value << this.#pendingBits;
    this.#pendingBits += count;
    while (this.#pendingBits >= 8) {
      if (this.#length === this.#bytes.length) this.#grow();
      this.#bytes[this.#length++] = this.#pending & 255;
      this.#pending >>>= 8;
      this.#pendingBits -= 8;
    }
  }

  /** Returns the written bytes, and the bits behind them. */
  takeWhole(): { bytes: Uint8Array<ArrayBuffer>; pending: PendingBits } {
    const pending = { value: this.#pending, count: this.#pendingBits };
    return { bytes: this.#bytes.slice(0, this.#length), pending };
  }

  #grow(): void {
    const bytes = new Uint8Array(this.#bytes.length * 2);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}
