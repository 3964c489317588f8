import { type JpegCodes, LOOKUP_BITS, MAX_CODE_BITS } from "./jpeg_codes.ts";
import { findMarker } from "./jpeg_header.ts";

/** Maximum bits of a code and its value in nearly all cases. */
const MAX_PASSED_BITS = 24;

/** The first and last marker between a scan's intervals: RST0 to RST7. */
const RESTART = { first: 0xd0, last: 0xd7 };

/**
 * Reads the entropy-coded data of a JPEG's scan, bit by bit. Behind a marker or the end of the file it reads zeros and
 * records that the data has run out.
 */
export class JpegBits {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;
  #held = 0;
  #count = 0;
  /** Number of padding bits that are not in the file. */
  #padded = 0;
  /** Whether the data contained a code that is not in its table. */
  isCorrupt = false;

  /**
   * @param bytes The file.
   * @param at Offset of the data.
   * @param end Offset at which reading stops, as if the file ended there.
   */
  constructor(bytes: Uint8Array, at: number, end: number) {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
  }

  /** Offset of the next unread byte: at a marker if one ended the data, at the file's end if none did. */
  get at(): number {
    return this.#at;
  }

  /** Whether more bits were read than the data has. */
  get ranOut(): boolean {
    return this.#padded > this.#count;
  }

  /** Whether only fill bits are left before the next marker. */
  get isAtEnd(): boolean {
    const left = this.#count - this.#padded;
    if (left < 0 || left > 7 || !this.#isAtMarker()) return false;
    return ((this.#held >>> this.#padded) & ((1 << left) - 1)) === (1 << left) - 1;
  }

  /** Returns an independent reader that continues from here. */
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

  /** Reads a code. A code that is not in the table reads as 0, as in libjpeg. */
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
   * Skips the AC coefficients of a sequential block. Most files spend all of their time here, so this is a single loop.
   *
   * @returns True if there are at most 63.
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
        // A long code with a large value: its last bits are not buffered yet.
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

  /** Buffers whole bytes until it holds 25 to 32 bits. */
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
   * Ends an interval. The rest of its last byte is fill bits, which are all ones in sound data.
   *
   * @returns The number of whole unread bytes before the next marker, and whether the fill bits are all ones.
   */
  endInterval(): { unread: number; isFilled: boolean } {
    const left = Math.max(0, this.#count - this.#padded);
    const spare = left & 7;
    const filling = (this.#held >>> (this.#count - spare)) & ((1 << spare) - 1);
    const from = this.#at;
    this.#at = findMarker(this.#bytes, from, this.#end);
    this.#held = this.#count = this.#padded = 0;
    return { unread: (left >> 3) + this.#at - from, isFilled: filling === (1 << spare) - 1 };
  }

  /** Skips the restart marker of the next interval. Returns false if it is missing. */
  takeRestart(index: number): boolean {
    while (this.#bytes[this.#at + 1] === 0xff && this.#at + 1 < this.#end) this.#at++;
    const marker = this.#at + 1 < this.#end ? this.#bytes[this.#at + 1] : 0;
    if (marker !== RESTART.first + index % (RESTART.last - RESTART.first + 1)) return false;
    this.#at += 2;
    return true;
  }
}
