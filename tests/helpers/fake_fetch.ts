type Answer = (signal: AbortSignal | null) => Response | Promise<Response>;

/** Replaces `fetch` until it is disposed of: returns the given answers in turn, and records the requests. */
export class FakeFetch implements Disposable {
  readonly requests: Request[] = [];
  readonly #real = globalThis.fetch;

  /** @param answers One for each call. Further calls fail like a network error. */
  constructor(answers: Answer[]) {
    globalThis.fetch = (input, init) => {
      const { signal = null, ...rest } = init ?? {};
      this.requests.push(new Request(input, rest));
      const answer = answers[this.requests.length - 1];
      if (signal?.aborted) return Promise.reject(signal.reason);
      return answer
        ? Promise.resolve().then(() => answer(signal))
        : Promise.reject(new TypeError("no answer left"));
    };
  }

  /** Never answers; fails as soon as the signal fires. */
  static hang(signal: AbortSignal | null): Promise<never> {
    return new Promise((_, reject) => {
      if (signal?.aborted) reject(signal.reason);
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  }

  /** A body that sends some bytes and then stalls until the signal fires. */
  static endless(signal: AbortSignal | null, bytes: number): ReadableStream<Uint8Array> {
    return new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(bytes));
        signal?.addEventListener("abort", () => controller.error(signal.reason), { once: true });
      },
    });
  }

  [Symbol.dispose](): void {
    globalThis.fetch = this.#real;
  }
}

/** Replaces `setTimeout` until it is disposed of: records every wait and ends it at once. */
export class FakeTimers implements Disposable {
  /** The requested waits, in milliseconds. */
  readonly waits: number[] = [];
  /** Called at the start of each wait. */
  beforeWait: () => void = () => {};
  readonly #real = globalThis.setTimeout;

  constructor() {
    const instead = (run: () => void, ms = 0): number => {
      this.waits.push(ms);
      this.beforeWait();
      queueMicrotask(run);
      return 0;
    };
    globalThis.setTimeout = instead as unknown as typeof setTimeout;
  }

  [Symbol.dispose](): void {
    globalThis.setTimeout = this.#real;
  }
}
