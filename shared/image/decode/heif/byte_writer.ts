/** Writes big-endian numbers and the boxes of an ISO base media file (ISO/IEC 14496-12). */
export class ByteWriter {
  #bytes = new Uint8Array(1_024);
  #length = 0;

  /** The bytes that are written so far; a view. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Appends bytes. */
  raw(bytes: Uint8Array): this {
    this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** Appends a number of one byte. */
  u8(value: number): this {
    return this.#number(value, 1);
  }

  /** Appends a number of two bytes. */
  u16(value: number): this {
    return this.#number(value, 2);
  }

  /** Appends a number of four bytes. */
  u32(value: number): this {
    return this.#number(value, 4);
  }

  /** Appends a text of ASCII characters. */
  text(text: string): this {
    return this.raw(new TextEncoder().encode(text));
  }

  /** Appends a box: its length, its name of four characters and what `fill` writes. */
  box(name: string, fill: (writer: this) => unknown): this {
    const at = this.#length;
    this.u32(0).text(name);
    fill(this);
    new DataView(this.#bytes.buffer).setUint32(at, this.#length - at);
    return this;
  }

  /** Appends a full box: a box with a version and flags. */
  full(name: string, version: number, flags: number, fill: (writer: this) => unknown): this {
    return this.box(name, () => {
      this.u8(version).#number(flags, 3);
      fill(this);
    });
  }

  #number(value: number, bytes: number): this {
    this.#grow(bytes);
    for (let i = bytes - 1; i >= 0; i--) {
      this.#bytes[this.#length + i] = value & 0xff;
      value = Math.floor(value / 256);
    }
    this.#length += bytes;
    return this;
  }

  #grow(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.bytes);
    this.#bytes = larger;
  }
}
