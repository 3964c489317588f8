import { clock } from "./clock.ts";
import { aborted, ProcessImageError } from "./process_image_error.ts";

/** Bounds on retries. */
export interface RetryOptions {
  /** Number of tries, including the first one. @default 5 */
  attempts?: number;
}

/** A wait before another try. */
export interface Retry {
  /** Number of the next try, from 2. */
  attempt: number;
  /** Wait before the next try, in milliseconds. */
  retryInMs: number;
  /** The error of the last try. */
  error: ProcessImageError;
}

const DEFAULT_ATTEMPTS = 5;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;

/**
 * Repeats a call until it succeeds, fails for good, or reaches the bound.
 *
 * All calls of this package are safe to repeat: the paths of photos and variants are hashes of their content, and a batch
 * has an idempotency key. The bound on a wait grows from half a second to 20 s; the wait is random below it ("full
 * jitter"), so that callers that failed together do not retry together. `Retry-After` is the minimum.
 *
 * @param run One try.
 * @param options `onRetry` is called before each wait.
 * @throws {ProcessImageError} The error of the last try.
 */
export async function retrying<T>(
  run: () => Promise<T>,
  options: RetryOptions & {
    signal?: AbortSignal;
    onRetry?: (retry: Retry) => void;
  },
): Promise<T> {
  const { attempts = DEFAULT_ATTEMPTS, signal, onRetry } = options;
  for (let attempt = 1;; attempt++) {
    if (signal?.aborted) throw aborted(signal);
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof ProcessImageError)) throw error;
      error.attempts = attempt;
      if (signal?.aborted) throw aborted(signal);
      if (!error.retryable || attempt >= attempts) throw error;
      const bound = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
      const retryInMs = Math.max(error.retryAfterMs ?? 0, Math.round(clock.random() * bound));
      onRetry?.({ attempt: attempt + 1, retryInMs, error });
      await clock.sleep(retryInMs, signal);
    }
  }
}
