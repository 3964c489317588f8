import type { Outcome, Passage } from "./circuit_breaker.ts";

/** The storage of a circuit breaker's state. */
export interface Circuit {
  /** Checks whether the service may be called. */
  check(): Promise<Passage>;

  /**
   * Claims the single try of a half-open breaker.
   *
   * @returns `claimed` if this caller may call the service, `closed` if the breaker has closed meanwhile.
   */
  claim(): Promise<Claim>;

  /**
   * Records the outcome of a call.
   *
   * @param wasProbe Whether the call was the claimed try.
   */
  report(outcome: Outcome, wasProbe: boolean): Promise<void>;
}

/** The result of a claim: the try itself, or the reason why there is none. */
export type Claim = { state: "claimed" } | Passage;

/** Durations of a breaker, in milliseconds. */
export interface CircuitTimes {
  /** The first cool-down: at most {@linkcode LONGEST_COOLDOWN_MS}. */
  cooldownMs: number;
  /** The time that one caller may take for the try. */
  leaseMs: number;
}
