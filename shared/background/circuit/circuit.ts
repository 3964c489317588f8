import type { Outcome, Passage } from "./circuit_breaker.ts";

/** Where what is known of a service is kept. */
export interface Circuit {
  /** Tells whether the service may be asked. */
  look(): Promise<Passage>;

  /**
   * Claims the single try of a half-open breaker.
   *
   * @returns Whether this caller may ask: `claimed`, or `closed` where the breaker has closed meanwhile.
   */
  claim(): Promise<Claim>;

  /**
   * Takes in what came of asking.
   *
   * @param wasProbe Whether the reporter had claimed the try.
   */
  report(outcome: Outcome, wasProbe: boolean): Promise<void>;
}

/** What came of claiming: the try itself, or why there was none to give. */
export type Claim = { state: "claimed" } | Passage;

/** Durations of a breaker, in milliseconds. */
export interface CircuitTimes {
  /** How long the service is left alone the first time: at most {@linkcode LONGEST_COOLDOWN_MS}. */
  cooldownMs: number;
  /** How long one caller may take to try it. */
  leaseMs: number;
}
