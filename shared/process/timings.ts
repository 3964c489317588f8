/** Wall times of a request's steps, in milliseconds, in the order in which they ended. */
export class Timings {
  readonly #start = performance.now();
  readonly #steps = new Map<string, number>();

  /** Runs a step and keeps its time under its name, also if it throws. */
  async measure<T>(step: string, run: () => T | Promise<T>): Promise<T> {
    const from = performance.now();
    try {
      return await run();
    } finally {
      this.#steps.set(step, performance.now() - from);
    }
  }

  /** The times so far and `total`, rounded to tenths. */
  toJSON(): Record<string, number> {
    const entries = [...this.#steps, ["total", performance.now() - this.#start] as const];
    return Object.fromEntries(entries.map(([step, ms]) => [step, Math.round(ms * 10) / 10]));
  }

  /** The same as a `Server-Timing` header. */
  toHeader(): string {
    return Object.entries(this.toJSON()).map(([step, ms]) => `${step};dur=${ms}`).join(", ");
  }
}
