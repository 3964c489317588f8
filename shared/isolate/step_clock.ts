/** Bound on a step, as a multiple of the average: time beyond it belongs to another process. */
const MAX_OF_AVERAGE = 4;

/** Time that a step may always take, in milliseconds: rows of a picture take 0.05 to 0.3. */
const SHORT_MS = 0.5;

/** Bound on the first measured step, in milliseconds: a row of tiles can take this long. */
const FIRST_MS = 10;

/** Weight of each step in the running average. */
const WEIGHT = 1 / 4;

/**
 * Measures the CPU of work that reports its steps, with a wall clock, which also counts the time of other processes.
 *
 * Steps are far shorter than an operating system's time slices. A step that takes much longer than the average was
 * interrupted, and counts as {@linkcode MAX_OF_AVERAGE} average steps. Steps that really become slower raise the average
 * within a few steps.
 */
export class StepClock {
  #firstAt: number | undefined;
  #lastAt = 0;
  #averageMs = 0;
  #usedMs = 0;

  /** CPU of the steps so far, in milliseconds; the first one only starts the clock. */
  get usedMs(): number {
    return this.#usedMs;
  }

  /** Wall time between the first and the last step, in milliseconds. */
  get wallMs(): number {
    return this.#firstAt === undefined ? 0 : this.#lastAt - this.#firstAt;
  }

  /**
   * Counts a step.
   *
   * @param at The time of its end, in milliseconds.
   */
  step(at: number): void {
    if (this.#firstAt === undefined) {
      this.#firstAt = this.#lastAt = at;
      return;
    }
    const isFirst = this.#averageMs === 0;
    const maxMs = isFirst ? FIRST_MS : Math.max(SHORT_MS, this.#averageMs * MAX_OF_AVERAGE);
    const ms = Math.min(at - this.#lastAt, maxMs);
    this.#lastAt = at;
    this.#averageMs += (ms - this.#averageMs) * (isFirst ? 1 : WEIGHT);
    this.#usedMs += ms;
  }
}
