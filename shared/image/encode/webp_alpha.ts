import { joinBytes } from "../../lib/join_bytes.ts";
import { kernels, Scratch } from "../kernels/kernels.ts";
import { BitWriter, type PendingBits } from "./bit_writer.ts";
import { buildPrefixCode, writePrefixCode } from "./prefix_code.ts";

/** ALPH header: no preprocessing, gradient filter, lossless compression. */
const ALPH_HEADER = (3 << 2) | 1;

/** Symbols of the first code: 256 residuals and 24 run lengths. */
const ALPHABET = 256 + 24;

/** VP8L's prefix symbol for the distance "the pixel to the left", the only one used. */
const LEFT = 1;

/**
 * Compresses an alpha plane into the data of a WebP `ALPH` chunk, losslessly.
 *
 * A cutout's alpha consists of large areas of 0 and 255 and a shadow's smooth slope. The format's gradient filter
 * predicts each pixel from its neighbours, so that nearly all residuals are 0 and compress as runs. That takes a tenth
 * of the time of libwebp's search for repetitions, for about the same size (`bench/RESULTS.md`, "Choices").
 *
 * Format: the WebP container's `ALPH` chunk, compressed as a headerless VP8L image whose green channel is the alpha.
 *
 * @param alpha The plane: one byte per pixel, row-major.
 * @param width The plane's width, in pixels.
 */
export function compressAlpha(alpha: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const plane = new AlphaPlane(alpha, width);
  const counts = plane.count();
  const { lengths, bits } = buildPrefixCode(counts);
  const writer = new BitWriter(HEAD_BYTES);
  writer.write(ALPH_HEADER, 8);
  writer.write(0b000, 3); // no transform, no colour cache, one group of codes
  writePrefixCode(writer, lengths, counts.findIndex((n) => n > 0));
  for (const _ of ["red", "blue", "alpha"]) writePrefixCode(writer, NOTHING, 0);
  writePrefixCode(writer, NOTHING, LEFT);
  const { bytes, pending } = writer.takeWhole();
  return joinBytes([bytes, ...plane.write(bits, lengths, pending)]);
}

const NOTHING = new Uint8Array(1);

/** Usual size of what precedes the pixels, in bytes. */
const HEAD_BYTES = 256;

/** Size of the strips that pass through the kernels' memory, in bytes. */
const STRIP_BYTES = 64 << 10;

/** Bound on a residual's code, in bytes. A run takes up to 4, and replaces up to 4096 residuals. */
const MOST_BYTES = 2;

/** An alpha plane whose residuals become symbols. */
class AlphaPlane {
  readonly #alpha: Uint8Array;
  readonly #width: number;
  readonly #rows: number;
  readonly #scratch = new Scratch();
  readonly #counts = this.#scratch.reserve(ALPHABET * 4);
  readonly #codes = this.#scratch.reserve(ALPHABET * 2);
  readonly #lengths = this.#scratch.reserve(ALPHABET);
  /** A strip of the plane, with the row above. */
  readonly #strip: number;
  readonly #residuals: number;
  readonly #written: number;

  constructor(alpha: Uint8Array, width: number) {
    this.#alpha = alpha;
    this.#width = width;
    this.#rows = Math.max(1, Math.floor(STRIP_BYTES / width));
    const bytes = this.#rows * width;
    this.#strip = this.#scratch.reserve(bytes + width);
    this.#residuals = this.#scratch.reserve(bytes);
    this.#written = this.#scratch.reserve(MOST_BYTES * bytes + (alpha.length >> 9) + 64);
  }

  /** Counts the symbols. */
  count(): Uint32Array {
    const { bytes } = this.#scratch;
    bytes.fill(0, this.#counts, this.#counts + ALPHABET * 4);
    kernels().beginCounting(this.#counts);
    this.#addResiduals();
    return new Uint32Array(bytes.slice(this.#counts, this.#counts + ALPHABET * 4).buffer);
  }

  /**
   * Writes the symbols.
   *
   * @param codes The codes of the symbols.
   * @param lengths Their lengths.
   * @param before Bits to write before them.
   * @returns The parts of the file.
   */
  write(codes: Uint16Array, lengths: Uint8Array, before: PendingBits): Uint8Array[] {
    const { bytes } = this.#scratch;
    bytes.set(new Uint8Array(codes.buffer, codes.byteOffset, codes.byteLength), this.#codes);
    bytes.set(lengths, this.#lengths);
    kernels().beginWriting(this.#codes, this.#lengths, before.value, before.count);
    return this.#addResiduals();
  }

  #addResiduals(): Uint8Array[] {
    const { filterFirstRow, filterRow, addResiduals, endResiduals } = kernels();
    const { bytes } = this.#scratch;
    const [alpha, width] = [this.#alpha, this.#width];
    const parts: Uint8Array[] = [];
    const take = (length: number) => {
      if (length > 0) parts.push(bytes.slice(this.#written, this.#written + length));
    };
    for (let at = 0; at < alpha.length; at += this.#rows * width) {
      const end = Math.min(alpha.length, at + this.#rows * width);
      const above = at === 0 ? 0 : width;
      bytes.set(alpha.subarray(at - above, end), this.#strip + width - above);
      for (let row = 0; row < end - at; row += width) {
        const filter = at + row === 0 ? filterFirstRow : filterRow;
        filter(this.#strip + width + row, width, this.#residuals + row);
      }
      take(addResiduals(this.#residuals, end - at, this.#written));
    }
    take(endResiduals(this.#written));
    return parts;
  }
}
