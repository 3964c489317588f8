/** A step may take this many times the average of those before it; what it takes beyond that is another process's. */
const MAX_OF_AVERAGE = 4;

/** A step may take this in any case, in milliseconds: rows of a picture take 0.05 to 0.3. */
const SHORT_MS = 0.5;

/** The first step may take this, in milliseconds: a row of tiles can. */
const FIRST_MS = 10;

/** Weight of each step in the running average. */
const WEIGHT = 1 / 4;

/**
 * Measures the CPU of work that reports its steps, by a clock that counts the time of other processes too.
 *
 * Steps are far shorter than the time slices of an operating system: a step that takes much longer than those before it
 * was interrupted, and counts as {@linkcode MAX_OF_AVERAGE} average ones. Steps that truly become slower raise the
 * average within a few steps.
 */
export class StepClock {
  #firstAt: number | undefined;
  #lastAt = 0;
  #averageMs = 0;
  #usedMs = 0;

  /** CPU of the steps so far, in milliseconds; the first one has only begun the count. */
  get usedMs(): number {
    return this.#usedMs;
  }

  /** Time between the first and the last step, other processes' included, in milliseconds. */
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
