import type { Band } from "./jpeg_blocks.ts";

/** Number of coefficients in a block. */
const COEFFICIENTS = 64;

/** A band and its range of bits: from `from` (unset in a first scan) down to `to`. */
export interface BandBits extends Band {
  from: number;
  to: number;
}

/** Tracks how much of a component's coefficients the scans of a JPEG have delivered. */
export class JpegCoverage {
  /** The share of each coefficient's bits that scans should have delivered but did not, 0 to 1. */
  readonly #lost = new Float64Array(COEFFICIENTS);
  /** The lowest delivered bit; unset before the first scan. */
  readonly #lowest: (number | undefined)[] = [];
  /** Total number of bits according to the first scan; all bits above its lowest count as one. */
  readonly #bits = new Uint8Array(COEFFICIENTS);

  /** The delivered share of all coefficients' bits, 0 to 1. */
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
   * @param band The scan's band and bits.
   * @param share The available share of the scan, 0 to 1.
   * @returns True if it continues the scans so far; false means that an earlier scan is missing.
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
