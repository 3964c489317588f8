import { orAborted } from "./or_aborted.ts";

/**
 * Work that several callers wait for at the same moment: it runs once, and all get its result. The last caller that leaves
 * aborts it.
 */
export class SingleFlight<T, Caller> {
  /** The result, for callers that join late too. */
  readonly result: Promise<T>;
  /** The callers that wait, in the order in which they came. */
  readonly #waiting = new Set<Caller>();
  readonly #abort = new AbortController();
  #isOver = false;

  /**
   * Starts the work.
   *
   * @param first The caller that it is started for.
   * @param work Gets the signal that aborts it, and the callers that still wait.
   */
  constructor(
    first: Caller,
    work: (signal: AbortSignal, waiting: ReadonlySet<Caller>) => Promise<T>,
  ) {
    this.#waiting.add(first);
    this.result = work(this.#abort.signal, this.#waiting);
    this.result.then(() => {}, () => {}).then(() => this.#isOver = true);
  }

  /** Whether the work was aborted: nobody can join it. */
  get isAborted(): boolean {
    return this.#abort.signal.aborted;
  }

  /**
   * Waits for the result.
   *
   * @param caller The caller.
   * @param signal Ends the waiting of this caller.
   * @throws what the work throws, or the signal's reason
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
