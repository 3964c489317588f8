/** A clock that a test sets. Each read moves it by a microsecond, so that a loop that waits for it ends. */
export class ManualClock {
  #ms = 0;

  /** Moves the clock by the time of a computation, in milliseconds. */
  advance(ms: number): void {
    this.#ms += ms;
  }

  /** The time, in milliseconds. */
  readonly now = (): number => this.#ms += 1e-3;
}
