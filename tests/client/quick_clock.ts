import { clock } from "../../client/src/clock.ts";

/** Takes the waiting out of the client's time, until it is disposed of. */
export class QuickClock {
  /** The waits that there would have been, in milliseconds. */
  readonly waits: number[] = [];
  /** What chance says next, 0 to 1. */
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
