import { pause } from "../lib/pause.ts";
import type { StorageFailure } from "./storage_failure.ts";

/** Waits before the second and the third try, in milliseconds; each is shortened by up to half at random. */
const RETRY_DELAYS_MS = [200, 800];

/** A call's outcome: what it answered, or how it failed. */
export type Attempt<T> = { ok: true; value: T } | { ok: false; failure: StorageFailure };

/** What bounds the tries of a call. */
export interface RetryBounds {
  /** Bound on one try, in milliseconds; the client's `fetch` sees to it. No try begins after twice that. */
  timeoutMs: number;
  /** Aborted when the caller has gone away: no more tries then. */
  signal?: AbortSignal;
}

/**
 * Makes a call of Storage up to three times, as long as it fails in a way that passes: no answer, 429, 5xx.
 *
 * @param call The call; it has to be safe to repeat, since one without an answer may have been carried out.
 * @param bounds What bounds the tries.
 * @returns The first success, or the last failure.
 * @throws {unknown} The signal's reason, once it is aborted.
 */
export async function withRetries<T>(
  call: () => Promise<Attempt<T>>,
  { timeoutMs, signal }: RetryBounds,
): Promise<Attempt<T>> {
  const until = performance.now() + 2 * timeoutMs;
  for (let tries = 0;; tries++) {
    signal?.throwIfAborted();
    const attempt = await call();
    if (attempt.ok || !attempt.failure.retryable || tries === RETRY_DELAYS_MS.length) {
      return attempt;
    }
    const delayMs = RETRY_DELAYS_MS[tries] * (1 - Math.random() / 2);
    if (performance.now() + delayMs >= until) return attempt;
    await pause(delayMs, signal);
  }
}
