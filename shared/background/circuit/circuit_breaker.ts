/** Failures in a row after which the service is left alone. */
export const FAILURES_TO_OPEN = 5;

/** Bound on how long the service is left alone at a time, in milliseconds: cool-downs double up to it. */
export const LONGEST_COOLDOWN_MS = 300_000;

/** What a breaker knows of a service; times as its clock tells them, in milliseconds. */
export interface CircuitState {
  /** Failures in a row. */
  failures: number;
  /** When the service may be tried again; `null` while the breaker is closed. */
  openUntilMs: number | null;
  /** While open: until when somebody is trying it. */
  probeUntilMs: number;
}

/** A breaker that knows nothing bad of its service. */
export const CLEAN: CircuitState = { failures: 0, openUntilMs: null, probeUntilMs: 0 };

/** Whether a service may be asked now. */
export type Passage =
  /** Yes; `clean` tells whether the last that was heard of it is good: a success need not be reported then. */
  | { state: "closed"; clean: boolean }
  /** No, for at most `waitMs` milliseconds (at least 1). */
  | { state: "open"; waitMs: number }
  /** By one caller only, who has to claim that first: the service has been left alone long enough. */
  | { state: "half-open" };

/** What came of asking a service. */
export type Outcome =
  /** It answered, whatever that was. */
  | { kind: "answered" }
  /** It failed. Where it said how long to leave it alone, `retryAfterMs` opens the breaker at once, for that long. */
  | { kind: "failed"; retryAfterMs?: number }
  /** The caller went away first: nothing is known. */
  | { kind: "abandoned" };

/** Tells whether the service may be asked. */
export function lookAt(state: CircuitState, nowMs: number): Passage {
  if (state.openUntilMs === null) return { state: "closed", clean: state.failures === 0 };
  const untilMs = Math.max(state.openUntilMs, state.probeUntilMs);
  return nowMs < untilMs ? { state: "open", waitMs: untilMs - nowMs } : { state: "half-open" };
}

/**
 * Claims the single try of a half-open breaker.
 *
 * @param leaseMs For how long nobody else gets it: a caller that never reports does not keep it for ever.
 * @returns The state after it, and whether this caller is the one; a breaker that is not half-open has none to give.
 */
export function claimProbe(
  state: CircuitState,
  nowMs: number,
  leaseMs: number,
): { state: CircuitState; claimed: boolean } {
  if (lookAt(state, nowMs).state !== "half-open") return { state, claimed: false };
  return { state: { ...state, probeUntilMs: nowMs + leaseMs }, claimed: true };
}

/**
 * Takes in what came of asking. While the breaker is open, only the word of who tries the service counts: others asked
 * before it opened.
 *
 * @param wasProbe Whether the reporter had claimed the try.
 * @param cooldownMs How long the service is left alone the first time.
 * @returns The state after it.
 */
export function settle(
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
  // Where the service itself says how long, that is enough, until it has failed too often.
  const ownMs = isRow || retryAfterMs === 0
    ? cooldownMs * 2 ** Math.min(20, Math.max(0, failures - FAILURES_TO_OPEN))
    : 0;
  const pauseMs = Math.min(LONGEST_COOLDOWN_MS, Math.max(ownMs, retryAfterMs));
  return { failures, openUntilMs: nowMs + pauseMs, probeUntilMs: 0 };
}
