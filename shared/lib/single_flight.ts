import { orAborted } from "./or_aborted.ts";

/**
 * Work that several concurrent callers share: it runs once, and all get its result. It is aborted when the last
 * caller leaves.
 */
export class SingleFlight<T, Caller> {
  /** The result, also for callers that join late. */
  readonly result: Promise<T>;
  /** The waiting callers, in the order of their arrival. */
  readonly #waiting = new Set<Caller>();
  readonly #abort = new AbortController();
  #isOver = false;

  /**
   * Starts the work.
   *
   * @param first The first caller.
   * @param work The work. It receives the signal that aborts it, and the callers that still wait.
   */
  constructor(
    first: Caller,
    work: (signal: AbortSignal, waiting: ReadonlySet<Caller>) => Promise<T>,
  ) {
    this.#waiting.add(first);
    this.result = work(this.#abort.signal, this.#waiting);
    this.result.then(() => {}, () => {}).then(() => this.#isOver = true);
  }

  /** Whether the work was aborted, so that no caller can join it. */
  get isAborted(): boolean {
    return this.#abort.signal.aborted;
  }

  /**
   * Waits for the result.
   *
   * @param caller The caller.
   * @param signal Ends this caller's wait.
   * @throws any error of the work, or the signal's reason
   */
  async join(caller: Caller, signal?: AbortSignal): Promise<T> {
    this.#waiting.add(caller);
    try {
      return await orAborted(this.result, signal);
    } finally {
      this.#waiting.delete(caller);
      const isLast = signal?.aborted && this.#waiting.size === 0 && !this.#isOver;
      if (isLast) this.#abort.abort(signal.reason);
    }
  }
}
