import type { Circuit, CircuitTimes, Claim } from "./circuit.ts";
import {
  claimProbe,
  CLEAN,
  type Outcome,
  type Passage,
  passageOf,
  record,
} from "./circuit_breaker.ts";

/** A breaker of this process alone. */
export class MemoryCircuit implements Circuit {
  #state = CLEAN;
  readonly #times: CircuitTimes;
  readonly #now: () => number;

  /**
   * @param times The breaker's durations.
   * @param now A monotonic clock, in milliseconds.
   */
  constructor(times: CircuitTimes, now = () => performance.now()) {
    this.#times = times;
    this.#now = now;
  }

  check(): Promise<Passage> {
    return Promise.resolve(passageOf(this.#state, this.#now()));
  }

  claim(): Promise<Claim> {
    const { state, claimed } = claimProbe(this.#state, this.#now(), this.#times.leaseMs);
    this.#state = state;
    return claimed ? Promise.resolve({ state: "claimed" }) : this.check();
  }

  report(outcome: Outcome, wasProbe: boolean): Promise<void> {
    const { cooldownMs } = this.#times;
    this.#state = record(this.#state, outcome, wasProbe, this.#now(), cooldownMs);
    return Promise.resolve();
  }
}
