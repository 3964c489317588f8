import { ESTIMATE_TOLERANCE } from "./cpu_slot.ts";

/** Bound on the pace. */
const MAX_PACE = 8;

/** The machine's pace, at least 1: first a guess, then corrected by measurements of the jobs. */
export class Pace {
  #value: number;
  #highest: number;
  #isMeasured = false;

  /** @param guess The pace as measured at the start: see `machine_pace.ts`. */
  constructor(guess: number) {
    this.#value = this.#highest = guess;
  }

  /** 1 on the reference machine of the estimates or a faster one, 2 on one half as fast. */
  get value(): number {
    return this.#value;
  }

  /**
   * Corrects the pace by measured work: the first measurement replaces the guess, each later one counts as much as all before
   * it. A deviation within the tolerance of an estimate may come from the photo; a larger one comes from the machine.
   *
   * @param measured The work's time divided by what it usually takes.
   * @returns The growth beyond the highest value so far, at least 0.
   */
  correct(measured: number): number {
    const before = this.#highest;
    const value = measured > ESTIMATE_TOLERANCE
      ? Math.min(measured, MAX_PACE)
      : Math.min(this.#value, Math.max(1, measured));
    this.#value = this.#isMeasured ? (this.#value + value) / 2 : value;
    this.#isMeasured = true;
    this.#highest = Math.max(before, this.#value);
    return this.#highest - before;
  }
}
