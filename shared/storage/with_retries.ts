import { pause } from "../lib/pause.ts";
import type { StorageFailure } from "./storage_failure.ts";

/** Waits before the second and the third try, in milliseconds. A random part of up to half is subtracted from each. */
const RETRY_DELAYS_MS = [200, 800];

/** Outcome of a call: its answer or its failure. */
export type Attempt<T> = { ok: true; value: T } | { ok: false; failure: StorageFailure };

/** Bounds on the tries of a call. */
export interface RetryBounds {
  /** Bound on one try, in milliseconds, which the client's `fetch` enforces. No try begins after twice this time. */
  timeoutMs: number;
  /** Aborted when the caller disconnects; this stops the retries. */
  signal?: AbortSignal;
}

/**
 * Calls Storage, and retries temporary failures (no answer, 429, 5xx) up to twice.
 *
 * @param call The call. It must be safe to repeat: a call without an answer may have taken effect.
 * @param bounds Bounds on the tries.
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
