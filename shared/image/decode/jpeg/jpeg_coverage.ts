import type { Band } from "./jpeg_blocks.ts";

/** Coefficients of a block. */
const COEFFICIENTS = 64;

/** A band with the bits that it holds: down from bit `from` (unset in a first scan) to bit `to`. */
export interface BandBits extends Band {
  from: number;
  to: number;
}

/** How much of a component's coefficients the scans of a JPEG have given. */
export class JpegCoverage {
  /** The share of each coefficient's bits that scans should have given, and did not: 0 to 1. */
  readonly #lost = new Float64Array(COEFFICIENTS);
  /** The lowest bit that is there; unset before the first scan. */
  readonly #lowest: (number | undefined)[] = [];
  /** Bits in all, as the first scan tells: those above its lowest count as one. */
  readonly #bits = new Uint8Array(COEFFICIENTS);

  /** The share of all coefficients' bits, 0 to 1. */
  get share(): number {
    let sum = 0;
    for (let k = 0; k < COEFFICIENTS; k++) {
      const [lowest, bits] = [this.#lowest[k], this.#bits[k]];
      if (lowest !== undefined) sum += Math.max(0, (bits - lowest) / bits - this.#lost[k]);
    }
    return sum / COEFFICIENTS;
  }

  /**
   * Adds a scan.
   *
   * @param band What it holds.
   * @param share How much of it is there, 0 to 1.
   * @returns Whether it follows on what there was: a scan before it is missing otherwise.
   */
  add(band: BandBits, share: number): boolean {
    let follows = true;
    for (let k = band.first; k <= band.last; k++) {
      const lowest = this.#lowest[k];
      follows &&= band.refines ? lowest === band.from : lowest === undefined;
      if (lowest === undefined) this.#bits[k] = band.to + 1;
      const gained = lowest === undefined ? 1 : Math.max(0, lowest - band.to);
      this.#lost[k] += (1 - share) * gained / this.#bits[k];
      this.#lowest[k] = Math.min(lowest ?? band.to, band.to);
    }
    return follows;
  }
}
