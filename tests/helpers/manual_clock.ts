/** A clock that a test sets. Whoever waits for it in a loop gets on: each look moves it by a millisecond. */
export class ManualClock {
  #ms = 0;

  /** Moves it on, in milliseconds: what a computing section takes. */
  advance(ms: number): void {
    this.#ms += ms;
  }

  /** The time, in milliseconds. */
  readonly now = (): number => this.#ms += 1e-3;
}
