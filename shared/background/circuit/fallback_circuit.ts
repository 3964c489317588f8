import { firstLine, log } from "../../telemetry/log.ts";
import type { Circuit, Claim } from "./circuit.ts";
import type { Outcome, Passage } from "./circuit_breaker.ts";
import { withTimeout } from "../../lib/with_timeout.ts";

/** Bound on a call of the shared breaker, in milliseconds. The breaker exists to save time. */
const WAIT_MS = 1_000;

/** Time for which a closed state is cached, in milliseconds. Failures of other processes are noticed after it. */
const CLOSED_FOR_MS = 5_000;

/**
 * Time for which any other state is cached, in milliseconds: from before a photo is decoded until its cutout is
 * requested.
 */
const LOOK_FOR_MS = 1_000;

/**
 * Time for which an unreachable shared breaker is not called, in milliseconds, so that not every photo waits for
 * it.
 */
const DOWN_FOR_MS = 30_000;

/**
 * A shared breaker with a fallback in memory, for while the database cannot be reached. It never fails.
 *
 * A short cache of the state makes an early check available later at no cost.
 */
export class FallbackCircuit implements Circuit {
  readonly #shared: Circuit;
  readonly #local: Circuit;
  readonly #now: () => number;
  #asked: { promise: Promise<Passage>; untilMs: number } | undefined;
  #downUntilMs = -Infinity;
  #told = false;

  /**
   * @param shared The breaker that all processes share. It may fail or be slow.
   * @param local The breaker of this process.
   * @param now A monotonic clock, in milliseconds.
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

  /** Gets the state of the shared breaker, or the cached one. Concurrent callers share one call. */
  #ask(): Promise<Passage> {
    if (this.#asked && this.#now() < this.#asked.untilMs) return this.#asked.promise;
    const asked = { promise: this.#shared.look(), untilMs: Infinity };
    this.#asked = asked;
    asked.promise.then(
      ({ state }) => {
        asked.untilMs = this.#now() + (state === "closed" ? CLOSED_FOR_MS : LOOK_FOR_MS);
      },
      () => {}, // the callers that wait for it log the failure
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

  /** Logs the failure once per process, not for every photo. */
  #tell(error: unknown): void {
    if (this.#told) return;
    this.#told = true;
    const cause = firstLine(error);
    log("warn", "circuit_breaker_not_shared", { cause });
  }
}
