/** What a waiter is woken for: to look for an isolate again, to start one in the place that it has been given, or to give up. */
export type Woken = "look" | "start" | "give_up";

/** Where requests wait that found neither an isolate nor a free place for one. */
export class Fence {
  readonly #waiting: ((woken: Woken) => void)[] = [];

  /** Waits to be woken, and for no longer than `timeoutMs`. */
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

  /** Wakes the one who has waited longest; tells whether there was one. */
  wakeOne(woken: Woken): boolean {
    const wake = this.#waiting.shift();
    wake?.(woken);
    return wake !== undefined;
  }

  /** Sends all of them away. */
  close(): void {
    while (this.wakeOne("give_up"));
  }
}
