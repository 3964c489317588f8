/** Next action of a waiter: look for an isolate again, start one in the free place, or give up. */
export type Woken = "look" | "start" | "give_up";

/** Queue of requests that wait for an isolate or for a free place. */
export class Fence {
  readonly #waiting: ((woken: Woken) => void)[] = [];

  /** Waits for a wake-up, for at most `timeoutMs`. */
  wait(timeoutMs: number): Promise<Woken> {
    return new Promise((resolve) => {
      const wake = (woken: Woken): void => {
        clearTimeout(timer);
        resolve(woken);
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(wake), 1);
        resolve("give_up");
      }, timeoutMs);
      this.#waiting.push(wake);
    });
  }

  /** Wakes the longest waiter. @returns Whether there was one. */
  wakeOne(woken: Woken): boolean {
    const wake = this.#waiting.shift();
    wake?.(woken);
    return wake !== undefined;
  }

  /** Makes all waiters give up. */
  close(): void {
    while (this.wakeOne("give_up"));
  }
}
