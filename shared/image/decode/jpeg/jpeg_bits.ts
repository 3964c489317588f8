import { type JpegCodes, LOOKUP_BITS, MAX_CODE_BITS } from "./jpeg_codes.ts";

/** Bits of a code and of the value behind it, in nearly all cases. */
const MAX_PASSED_BITS = 24;

/** First and last of the markers that divide a scan's data into intervals: RST0 to RST7. */
const RESTART = { first: 0xd0, last: 0xd7 };

/**
 * Reads the entropy-coded data of a JPEG's scan, bit by bit. Behind a marker, or the end of the file, it reads zeros and
 * notes that the data has run out.
 */
export class JpegBits {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;
  #held = 0;
  #count = 0;
  /** How many of the bits that were added are not in the file. */
  #padded = 0;
  /** Whether a code was met that no table has. */
  isCorrupt = false;

  /**
   * @param bytes The file.
   * @param at Where the data begins.
   * @param end Where the file ends, for the purpose of this.
   */
  constructor(bytes: Uint8Array, at: number, end: number) {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
  }

  /** Where the marker stands that ended what has been read; the end of the file without one. */
  get at(): number {
    return this.#at;
  }

  /** Whether more has been read than there is. */
  get ranOut(): boolean {
    return this.#padded > this.#count;
  }

  /** Whether nothing is left before the next marker but filling. */
  get isAtEnd(): boolean {
    const left = this.#count - this.#padded;
    if (left < 0 || left > 7 || !this.#isAtMarker()) return false;
    return ((this.#held >>> this.#padded) & ((1 << left) - 1)) === (1 << left) - 1;
  }

  /** A reader that goes on from here by itself. */
  fork(): JpegBits {
    const fork = new JpegBits(this.#bytes, this.#at, this.#end);
    [fork.#held, fork.#count, fork.#padded] = [this.#held, this.#count, this.#padded];
    return fork;
  }

  #isAtMarker(): boolean {
    if (this.#at >= this.#end) return true;
    return this.#bytes[this.#at] === 0xff &&
      !(this.#at + 1 < this.#end && this.#bytes[this.#at + 1] === 0);
  }

  /** Reads up to 16 bits as a number. */
  take(bits: number): number {
    if (bits === 0) return 0;
    if (this.#count < bits) this.#fill();
    this.#count -= bits;
    return (this.#held >>> this.#count) & ((1 << bits) - 1);
  }

  /** Reads a code; one that the table does not have is 0, as libjpeg takes it. */
  code(codes: JpegCodes): number {
    if (this.#count < MAX_CODE_BITS) this.#fill();
    const found = codes.find((this.#held >>> (this.#count - MAX_CODE_BITS)) & 0xffff);
    if (found === 0) {
      this.isCorrupt ||= !this.ranOut;
      this.#count -= MAX_CODE_BITS;
      return 0;
    }
    this.#count -= found >> 8;
    return found & 0xff;
  }

  /**
   * Passes over the AC coefficients of a sequential block: all of the work on most files, so that it is done in one piece.
   *
   * @returns Whether they are 63 at most.
   */
  passCoefficients(codes: JpegCodes): boolean {
    const bytes = this.#bytes;
    const short = codes.short;
    let [held, count, at] = [this.#held, this.#count, this.#at];
    let k = 1;
    while (k < 64) {
      if (count < MAX_PASSED_BITS) {
        while (count <= 24 && at < this.#end && bytes[at] !== 0xff) {
          held = (held << 8) | bytes[at++];
          count += 8;
        }
        if (count < MAX_PASSED_BITS) {
          [this.#held, this.#count, this.#at] = [held, count, at];
          this.#fill();
          [held, count, at] = [this.#held, this.#count, this.#at];
        }
      }
      let found = short[(held >>> (count - LOOKUP_BITS)) & ((1 << LOOKUP_BITS) - 1)];
      if (found === 0) found = codes.find((held >>> (count - MAX_CODE_BITS)) & 0xffff);
      if (found === 0) {
        this.isCorrupt ||= this.#padded <= count;
        found = MAX_CODE_BITS << 8;
      }
      const size = found & 15;
      count -= (found >> 8) + size;
      if (count < 0) {
        // A long code of a large value: its last bits are not held yet.
        [this.#held, this.#count, this.#at] = [held, 0, at];
        this.take(-count);
        [held, count, at] = [this.#held, this.#count, this.#at];
      }
      if (size === 0 && (found & 0xff) !== 0xf0) break;
      k += ((found >> 4) & 15) + 1;
    }
    [this.#held, this.#count, this.#at] = [held, count, at];
    return k <= 64;
  }

  /** Fills up with whole bytes, to 25 to 32 bits in all. */
  #fill(): void {
    while (this.#count <= 24) {
      let byte = 0;
      if (this.#isAtMarker()) this.#padded += 8;
      else {
        byte = this.#bytes[this.#at];
        this.#at += byte === 0xff ? 2 : 1;
      }
      this.#held = (this.#held << 8) | byte;
      this.#count += 8;
    }
  }

  /**
   * Ends an interval: what is left of its last byte is filling, in sound data all ones.
   *
   * @returns The whole bytes that were not read, before the next marker, and whether the filling is all ones.
   */
  endInterval(): { unread: number; isFilled: boolean } {
    const left = Math.max(0, this.#count - this.#padded);
    const spare = left & 7;
    const filling = (this.#held >>> (this.#count - spare)) & ((1 << spare) - 1);
    const from = this.#at;
    this.#toMarker();
    this.#held = this.#count = this.#padded = 0;
    return { unread: (left >> 3) + this.#at - from, isFilled: filling === (1 << spare) - 1 };
  }

  /** Passes over the restart marker of the next interval, and returns whether it is there. */
  takeRestart(index: number): boolean {
    while (this.#bytes[this.#at + 1] === 0xff && this.#at + 1 < this.#end) this.#at++;
    const marker = this.#at + 1 < this.#end ? this.#bytes[this.#at + 1] : 0;
    if (marker !== RESTART.first + index % (RESTART.last - RESTART.first + 1)) return false;
    this.#at += 2;
    return true;
  }

  #toMarker(): void {
    while (this.#at < this.#end) {
      const found = this.#bytes.indexOf(0xff, this.#at);
      this.#at = found < 0 ? this.#end : Math.min(found, this.#end);
      if (this.#at >= this.#end || this.#bytes[this.#at + 1] !== 0) return;
      this.#at += 2;
    }
  }
}
