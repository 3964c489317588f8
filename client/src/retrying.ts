import { clock } from "./clock.ts";
import { aborted, ProcessImageError } from "./process_image_error.ts";

/** How often something is tried. */
export interface RetryOptions {
  /** Tries in all; 1 for none but the first. @default 5 */
  attempts?: number;
}

/** What a wait before another try is about. */
export interface Retry {
  /** The try that comes next, from 2. */
  attempt: number;
  /** How long until then, in milliseconds. */
  retryInMs: number;
  /** Why. */
  error: ProcessImageError;
}

const DEFAULT_ATTEMPTS = 5;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;

/**
 * Tries something until it succeeds, can not succeed, or has been tried often enough.
 *
 * Everything that this package sends may be sent twice: photos and their variants lie at paths made of their content, and a batch
 * has an idempotency key. The waits grow from half a second to 20 s, each anywhere between nothing and that ("full jitter"), so that
 * those who failed together do not come back together; `Retry-After` is the least.
 *
 * @param run A try.
 * @param onRetry Hears of each wait.
 * @throws {ProcessImageError} That of the last try.
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
      const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
      const retryInMs = Math.max(error.retryAfterMs ?? 0, Math.round(clock.random() * most));
      onRetry?.({ attempt: attempt + 1, retryInMs, error });
      await clock.sleep(retryInMs, signal);
    }
  }
}
