/** A repeated call that was asked for. */
export interface Interval {
  run: () => void;
  everyMs: number;
  isOver: boolean;
}

/** Takes the place of `setInterval` while it is in use: nothing is called unless the test does it. */
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
