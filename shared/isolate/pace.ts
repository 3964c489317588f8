import { ESTIMATE_TOLERANCE } from "./cpu_slot.ts";

/** A machine is taken to be so much slower at most. */
const MOST = 8;

/** How much slower than estimated this machine is, at least 1: first a guess, then what the work that is done shows. */
export class Pace {
  #value: number;

  /** @param guess As measured at the start: see `machine_pace.ts`. */
  constructor(guess: number) {
    this.#value = guess;
  }

  /** 1 on the machine on which costs were estimated or a quicker one, 2 on one half as quick. */
  get value(): number {
    return this.#value;
  }

  /**
   * Takes the pace of work that was done for the machine's. What is within the tolerance of an estimate may be the photo's
   * own; what is beyond it is the machine's.
   *
   * @param measured The work's time, compared with its estimate.
   * @returns By how much the value has grown, at least 0.
   */
  correct(measured: number): number {
    const before = this.#value;
    this.#value = measured > ESTIMATE_TOLERANCE
      ? Math.min(measured, MOST)
      : Math.min(before, Math.max(1, measured));
    return Math.max(0, this.#value - before);
  }
}
