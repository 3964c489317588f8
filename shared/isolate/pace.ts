import { ESTIMATE_TOLERANCE } from "./cpu_slot.ts";

/** Bound on the pace. */
const MAX_PACE = 8;

/** The machine's pace, at least 1: first a guess, then corrected by measurements of the jobs. */
export class Pace {
  #value: number;

  /** @param guess The pace as measured at the start: see `machine_pace.ts`. */
  constructor(guess: number) {
    this.#value = guess;
  }

  /** 1 on the reference machine of the estimates or a faster one, 2 on one half as fast. */
  get value(): number {
    return this.#value;
  }

  /**
   * Corrects the pace by measured work. A deviation within the tolerance of an estimate may come from the photo; a larger
   * one comes from the machine.
   *
   * @param measured The work's time divided by its estimate.
   * @returns The growth of the value, at least 0.
   */
  correct(measured: number): number {
    const before = this.#value;
    this.#value = measured > ESTIMATE_TOLERANCE
      ? Math.min(measured, MAX_PACE)
      : Math.min(before, Math.max(1, measured));
    return Math.max(0, this.#value - before);
  }
}
