/** Gives turns one at a time, in the order of arrival. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #isTaken = false;

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether somebody has the turn. */
  get isTaken(): boolean {
    return this.#isTaken;
  }

  /**
   * Waits for a turn.
   *
   * @param signal Leaves the queue.
   * @returns Ends the turn when it is disposed.
   * @throws {unknown} The signal's reason, after its abort.
   */
  async take(signal?: AbortSignal): Promise<Disposable> {
    signal?.throwIfAborted();
    if (this.#isTaken) await this.#wait(signal);
    this.#isTaken = true;
    return { [Symbol.dispose]: () => this.#pass() };
  }

  async #wait(signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (): void => {
      const at = this.#waiting.indexOf(resolve);
      // Otherwise it is its turn already.
      if (at >= 0) this.#waiting.splice(at, 1);
      reject(signal?.reason);
    };
    this.#waiting.push(resolve);
    signal?.addEventListener("abort", leave);
    await promise;
    signal?.removeEventListener("abort", leave);
  }

  /** Gives the turn to the next one, or frees it. */
  #pass(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#isTaken = false;
  }
}
