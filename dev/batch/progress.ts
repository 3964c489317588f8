/** Time window of the throughput, in milliseconds. */
const WINDOW_MS = 60_000;

/** Measures throughput and remaining time. */
export class Progress {
  /** Counts and their times; the first sample is the last one before the window. */
  #samples: { atMs: number; done: number }[] = [];
  readonly #now: () => number;

  /** @param now Returns the monotonic time, in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Records the current count.
   *
   * @param done Total count. A lower count than before (after a requeue) restarts the measurement.
   */
  record(done: number): void {
    const last = this.#samples.at(-1);
    if (last?.done === done) return;
    if (last && done < last.done) this.#samples = [];
    this.#samples.push({ atMs: this.#now(), done });
    this.#forget();
  }

  /**
   * Returns the throughput of the last minute, or since the first record.
   *
   * @returns Count per minute; 0 while it is unknown.
   */
  perMinute(): number {
    this.#forget();
    const first = this.#samples[0];
    if (!first) return 0;
    // The first moments give no meaningful rate.
    const elapsedMs = Math.max(1_000, Math.min(WINDOW_MS, this.#now() - first.atMs));
    const done = this.#samples.at(-1)!.done - first.done;
    return done / elapsedMs * 60_000;
  }

  /**
   * Returns the remaining time at that throughput.
   *
   * @param left Remaining count.
   * @returns Milliseconds, or `null` while the throughput is 0.
   */
  leftMs(left: number): number | null {
    if (left === 0) return 0;
    const rate = this.perMinute();
    return rate === 0 ? null : left / rate * 60_000;
  }

  #forget(): void {
    const from = this.#now() - WINDOW_MS;
    while (this.#samples.length > 1 && this.#samples[1].atMs <= from) this.#samples.shift();
  }
}
