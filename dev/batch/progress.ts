/** How far back the throughput looks, in milliseconds. */
const WINDOW_MS = 60_000;

/** Throughput and time left of work that is counted. */
export class Progress {
  /** How much was done from when on; the first is the last one that is older than the window. */
  #samples: { atMs: number; done: number }[] = [];
  readonly #now: () => number;

  /** @param now The time, in milliseconds; it never goes back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Tells it how much is done.
   *
   * @param done In all. Less than before (what failed is tried again) begins anew.
   */
  record(done: number): void {
    const last = this.#samples.at(-1);
    if (last?.done === done) return;
    if (last && done < last.done) this.#samples = [];
    this.#samples.push({ atMs: this.#now(), done });
    this.#forget();
  }

  /**
   * The throughput of the last minute, or of the time since it was first told something.
   *
   * @returns Per minute; 0 while nothing is known.
   */
  perMinute(): number {
    this.#forget();
    const first = this.#samples[0];
    if (!first) return 0;
    // Of the first moments no rate can be told.
    const elapsedMs = Math.max(1_000, Math.min(WINDOW_MS, this.#now() - first.atMs));
    const done = this.#samples.at(-1)!.done - first.done;
    return done / elapsedMs * 60_000;
  }

  /**
   * How long the rest takes at that throughput.
   *
   * @param left What is not done yet.
   * @returns Milliseconds, or `null` while nothing gets done.
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
