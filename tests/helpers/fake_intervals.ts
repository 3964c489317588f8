/** A call of `setInterval`. */
export interface Interval {
  run: () => void;
  everyMs: number;
  isOver: boolean;
}

/** Replaces `setInterval` until it is disposed of: only the test calls the callbacks. */
export class FakeIntervals implements Disposable {
  readonly started: Interval[] = [];
  readonly #real = { set: globalThis.setInterval, clear: globalThis.clearInterval };

  constructor() {
    const set = (run: () => void, everyMs = 0) =>
      this.started.push({ run, everyMs, isOver: false });
    const clear = (id = 0) => void (this.started[id - 1].isOver = true);
    globalThis.setInterval = set as unknown as typeof setInterval;
    globalThis.clearInterval = clear as typeof clearInterval;
  }

  [Symbol.dispose](): void {
    globalThis.setInterval = this.#real.set;
    globalThis.clearInterval = this.#real.clear;
  }
}
