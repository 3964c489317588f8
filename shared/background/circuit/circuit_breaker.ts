/** Number of consecutive failures that opens the breaker. */
export const FAILURES_TO_OPEN = 5;

/** Bound on a cool-down, in milliseconds. Cool-downs double up to it. */
export const LONGEST_COOLDOWN_MS = 300_000;

/** The state of a breaker. Times are those of its clock, in milliseconds. */
export interface CircuitState {
  /** The number of consecutive failures. */
  failures: number;
  /** The end of the cool-down; `null` while the breaker is closed. */
  openUntilMs: number | null;
  /** The end of the claimed try, while the breaker is open. */
  probeUntilMs: number;
}

/** The state of a closed breaker without failures. */
export const CLEAN: CircuitState = { failures: 0, openUntilMs: null, probeUntilMs: 0 };

/** The permission to call a service now. */
export type Passage =
  /** Calls are allowed. `clean` means that the last outcome was good, so that a success need not be reported. */
  | { state: "closed"; clean: boolean }
  /** No calls are allowed, for at most `waitMs` milliseconds (at least 1). */
  | { state: "open"; waitMs: number }
  /** The cool-down is over. One caller may try the service, after a claim. */
  | { state: "half-open" };

/** The outcome of a call of a service. */
export type Outcome =
  /** The service answered, with any answer. */
  | { kind: "answered" }
  /** The service failed. If it requests a pause, `retryAfterMs` opens the breaker at once for that time. */
  | { kind: "failed"; retryAfterMs?: number }
  /** The caller disconnected first, so the outcome is unknown. */
  | { kind: "abandoned" };

/** Checks whether the service may be called. */
export function passageOf(state: CircuitState, nowMs: number): Passage {
  if (state.openUntilMs === null) return { state: "closed", clean: state.failures === 0 };
  const untilMs = Math.max(state.openUntilMs, state.probeUntilMs);
  return nowMs < untilMs ? { state: "open", waitMs: untilMs - nowMs } : { state: "half-open" };
}

/**
 * Claims the single try of a half-open breaker.
 *
 * @param leaseMs The time for which the claim holds. It ends the claim of a caller that never reports.
 * @returns The new state, and whether this caller got the try; only a half-open breaker has one.
 */
export function claimProbe(
  state: CircuitState,
  nowMs: number,
  leaseMs: number,
): { state: CircuitState; claimed: boolean } {
  if (passageOf(state, nowMs).state !== "half-open") return { state, claimed: false };
  return { state: { ...state, probeUntilMs: nowMs + leaseMs }, claimed: true };
}

/**
 * Records the outcome of a call. While the breaker is open, only the outcome of the claimed try counts; other calls
 * began before it opened.
 *
 * @param wasProbe Whether the call was the claimed try.
 * @param cooldownMs The first cool-down, in milliseconds.
 * @returns The new state.
 */
export function record(
  state: CircuitState,
  outcome: Outcome,
  wasProbe: boolean,
  nowMs: number,
  cooldownMs: number,
): CircuitState {
  const isOpen = state.openUntilMs !== null;
  if (isOpen && !wasProbe) return state;
  if (outcome.kind === "answered") return CLEAN;
  if (outcome.kind === "abandoned") return { ...state, probeUntilMs: 0 };
  const failures = state.failures + 1;
  const retryAfterMs = outcome.retryAfterMs ?? 0;
  const isRow = failures >= FAILURES_TO_OPEN;
  if (!isOpen && !isRow && retryAfterMs === 0) return { ...state, failures };
  // A pause that the service requests is enough, until it has failed too often.
  const ownMs = isRow || retryAfterMs === 0
    ? cooldownMs * 2 ** Math.min(20, Math.max(0, failures - FAILURES_TO_OPEN))
    : 0;
  const pauseMs = Math.min(LONGEST_COOLDOWN_MS, Math.max(ownMs, retryAfterMs));
  return { failures, openUntilMs: nowMs + pauseMs, probeUntilMs: 0 };
}
