/** Lock with one holder at a time, in order of arrival. */
export class Mutex {
  #taken = false;
  readonly #waiting: (() => void)[] = [];

  /** Whether the lock is held. */
  get taken(): boolean {
    return this.#taken;
  }

  /**
   * Waits for the lock. The holder must {@linkcode give} it back.
   *
   * @param signal Aborts the wait.
   * @throws {unknown} The signal's reason, once it is aborted.
   */
  async take(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (!this.#taken) {
      this.#taken = true;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = () => {
      this.#waiting.splice(this.#waiting.indexOf(resolve), 1);
      reject(signal!.reason);
    };
    this.#waiting.push(resolve);
    signal?.addEventListener("abort", giveUp, { once: true });
    await promise.finally(() => signal?.removeEventListener("abort", giveUp));
  }

  /** Releases the lock; the next in line gets it. */
  give(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#taken = false;
  }
}
