import { clock } from "../../client/src/clock.ts";

/** Replaces the client's waits by immediate ones, until it is disposed of. */
export class QuickClock {
  /** The skipped waits, in milliseconds. */
  readonly waits: number[] = [];
  /** The next random number, 0 to 1. */
  random = 1;
  readonly #real = { ...clock };

  /** @param onWait Called in each wait. */
  constructor(onWait?: () => void) {
    clock.random = () => this.random;
    clock.sleep = (ms) => {
      this.waits.push(ms);
      onWait?.();
      return Promise.resolve();
    };
  }

  [Symbol.dispose](): void {
    Object.assign(clock, this.#real);
  }
}
