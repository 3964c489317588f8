/** Lets one through at a time, first come, first served. */
export class Mutex {
  #taken = false;
  readonly #waiting: (() => void)[] = [];

  /** Whether it is somebody's turn. */
  get taken(): boolean {
    return this.#taken;
  }

  /**
   * Waits for the turn. Whoever gets it must {@linkcode give} it back.
   *
   * @param signal Gives up waiting.
   * @throws what the signal was aborted with
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

  /** Ends the turn; the next in line has it then. */
  give(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#taken = false;
  }
}
