/** Lock with one holder at a time, in order of arrival. */
export class Mutex {
  #isHeld = false;
  readonly #waiting: (() => void)[] = [];

  /** Whether the lock is held. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /**
   * Waits for the lock. The holder must {@linkcode release} it.
   *
   * @param signal Aborts the wait.
   * @throws {unknown} The signal's reason, once it is aborted.
   */
  async acquire(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (!this.#isHeld) {
      this.#isHeld = true;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abandon = () => {
      this.#waiting.splice(this.#waiting.indexOf(resolve), 1);
      reject(signal!.reason);
    };
    this.#waiting.push(resolve);
    signal?.addEventListener("abort", abandon, { once: true });
    await promise.finally(() => signal?.removeEventListener("abort", abandon));
  }

  /** Releases the lock; the next in line gets it. */
  release(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#isHeld = false;
  }
}
