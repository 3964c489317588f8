/** Reads consecutive big-endian numbers. A read beyond the end throws a `RangeError`. */
export class ByteReader {
  readonly #view: DataView;
  #at: number;

  /**
   * @param view The file.
   * @param at Offset of the first number.
   */
  constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
  }

  /** Reads an unsigned number of 0, 1, 2, 4 or 8 bytes; only values below 2^53 are exact. */
  number(bytes: number): number {
    let value = 0;
    for (let i = 0; i < bytes; i++) value = value * 256 + this.#view.getUint8(this.#at++);
    return value;
  }

  /** Reads a text of ASCII characters. */
  text(characters: number): string {
    return String.fromCharCode(...Array.from({ length: characters }, () => this.number(1)));
  }
}
