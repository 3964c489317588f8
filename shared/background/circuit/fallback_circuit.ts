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
const NOT_CLOSED_FOR_MS = 1_000;

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
  #cached: { promise: Promise<Passage>; untilMs: number } | undefined;
  #downUntilMs = -Infinity;
  #isLogged = false;

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

  check(): Promise<Passage> {
    return this.#either((circuit) =>
      circuit === this.#shared ? this.#checkShared() : circuit.check()
    );
  }

  claim(): Promise<Claim> {
    this.#cached = undefined;
    return this.#either((circuit) => circuit.claim());
  }

  async report(outcome: Outcome, wasProbe: boolean): Promise<void> {
    await this.#either((circuit) => circuit.report(outcome, wasProbe));
    this.#cached = undefined;
  }

  /** Gets the state of the shared breaker, or the cached one. Concurrent callers share one call. */
  #checkShared(): Promise<Passage> {
    if (this.#cached && this.#now() < this.#cached.untilMs) return this.#cached.promise;
    const cached = { promise: this.#shared.check(), untilMs: Infinity };
    this.#cached = cached;
    cached.promise.then(
      ({ state }) => {
        cached.untilMs = this.#now() + (state === "closed" ? CLOSED_FOR_MS : NOT_CLOSED_FOR_MS);
      },
      () => {}, // the callers that wait for it log the failure
    );
    return cached.promise;
  }

  async #either<T>(call: (circuit: Circuit) => Promise<T>): Promise<T> {
    if (this.#now() < this.#downUntilMs) return await call(this.#local);
    try {
      return await withTimeout(WAIT_MS, call(this.#shared));
    } catch (error) {
      this.#cached = undefined;
      this.#downUntilMs = this.#now() + DOWN_FOR_MS;
      this.#logOnce(error);
      return await call(this.#local);
    }
  }

  /** Logs the failure once per process, not for every photo. */
  #logOnce(error: unknown): void {
    if (this.#isLogged) return;
    this.#isLogged = true;
    const cause = firstLine(error);
    log("warn", "circuit_breaker_not_shared", { cause });
  }
}
