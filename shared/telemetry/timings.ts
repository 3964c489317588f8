/** A step's time in its request, in milliseconds. */
export interface Span {
  name: string;
  /** From the request's start. */
  startMs: number;
  durationMs: number;
}

/** Wall times of a request's steps, in the order in which they ended. */
export class Timings {
  /** Start of the request. */
  readonly startedAt: Date = new Date();
  readonly #start = performance.now();
  readonly #steps = new Map<string, Span>();
  /** Called when a step begins. It must not throw. */
  onBegin?: (step: string) => void;

  /** Runs a step and records its time under its name, also if it throws. */
  async measure<T>(step: string, run: () => T | Promise<T>): Promise<T> {
    this.onBegin?.(step);
    const from = performance.now();
    try {
      return await run();
    } finally {
      const startMs = from - this.#start;
      this.#steps.set(step, { name: step, startMs, durationMs: performance.now() - from });
    }
  }

  /** The steps that have ended. */
  get spans(): readonly Span[] {
    return [...this.#steps.values()];
  }

  /** Since the request began, in milliseconds. */
  get totalMs(): number {
    return performance.now() - this.#start;
  }

  /** The times so far and `total`, in milliseconds, rounded to tenths. */
  toJSON(): Record<string, number> {
    const total = { name: "total", durationMs: this.totalMs };
    return Object.fromEntries(
      [...this.spans, total].map((
        { name, durationMs },
      ) => [name, Math.round(durationMs * 10) / 10]),
    );
  }

  /** The same as a `Server-Timing` header. */
  toHeader(): string {
    return Object.entries(this.toJSON()).map(([step, ms]) => `${step};dur=${ms}`).join(", ");
  }
}
