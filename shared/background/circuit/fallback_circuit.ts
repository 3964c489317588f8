import { firstLine, log } from "../../telemetry/log.ts";
import type { Circuit, Claim } from "./circuit.ts";
import type { Outcome, Passage } from "./circuit_breaker.ts";
import { withTimeout } from "../../lib/with_timeout.ts";

/** How long a shared breaker is waited for, in milliseconds: it is there to save time. */
const WAIT_MS = 1_000;

/** How long a look at a closed breaker is good for: other processes' failures are noticed after it, in milliseconds. */
const CLOSED_FOR_MS = 5_000;

/** How long any other look is good for: from before a photo is decoded until its cutout is asked for. */
const LOOK_FOR_MS = 1_000;

/** How long a shared breaker that could not be asked is left alone: not every photo shall wait for it. */
const DOWN_FOR_MS = 30_000;

/**
 * A shared breaker, and one in memory that takes its place while the database can not be asked. It never fails.
 *
 * Looks are kept for a moment, so that one begun early is there when it is needed, and costs nothing again.
 */
export class FallbackCircuit implements Circuit {
  readonly #shared: Circuit;
  readonly #local: Circuit;
  readonly #now: () => number;
  #asked: { promise: Promise<Passage>; untilMs: number } | undefined;
  #downUntilMs = -Infinity;
  #told = false;

  /**
   * @param shared The breaker that all processes share; may fail, and may take its time.
   * @param local The one of this process.
   * @param now A clock that only goes forward, in milliseconds.
   */
  constructor(shared: Circuit, local: Circuit, now = () => performance.now()) {
    this.#shared = shared;
    this.#local = local;
    this.#now = now;
  }

  look(): Promise<Passage> {
    return this.#either((circuit) => circuit === this.#shared ? this.#ask() : circuit.look());
  }

  claim(): Promise<Claim> {
    this.#asked = undefined;
    return this.#either((circuit) => circuit.claim());
  }

  async report(outcome: Outcome, wasProbe: boolean): Promise<void> {
    await this.#either((circuit) => circuit.report(outcome, wasProbe));
    this.#asked = undefined;
  }

  /** A look at the shared breaker, or one that is good still. Those who come while it is under way wait for the same. */
  #ask(): Promise<Passage> {
    if (this.#asked && this.#now() < this.#asked.untilMs) return this.#asked.promise;
    const asked = { promise: this.#shared.look(), untilMs: Infinity };
    this.#asked = asked;
    asked.promise.then(
      ({ state }) => {
        asked.untilMs = this.#now() + (state === "closed" ? CLOSED_FOR_MS : LOOK_FOR_MS);
      },
      () => {}, // told by those who wait for it
    );
    return asked.promise;
  }

  async #either<T>(call: (circuit: Circuit) => Promise<T>): Promise<T> {
    if (this.#now() < this.#downUntilMs) return await call(this.#local);
    try {
      return await withTimeout(WAIT_MS, call(this.#shared));
    } catch (error) {
      this.#asked = undefined;
      this.#downUntilMs = this.#now() + DOWN_FOR_MS;
      this.#tell(error);
      return await call(this.#local);
    }
  }

  /** Once a process: it is the same for every photo. */
  #tell(error: unknown): void {
    if (this.#told) return;
    this.#told = true;
    const cause = firstLine(error);
    log("warn", "circuit_breaker_not_shared", { cause });
  }
}
