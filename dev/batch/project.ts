import { pause } from "../../shared/lib/pause.ts";
import { BatchError } from "./batch_error.ts";

/** Waits between a client's tries. */
export interface Patience {
  /** Wait before the second try, in milliseconds; it doubles with each. @default 1000 */
  firstWaitMs?: number;
  /** Bound on a wait, in milliseconds. @default 15000 */
  maxWaitMs?: number;
}

/** A call: options of `fetch`, and bounds on its tries. */
export interface Call extends RequestInit {
  /** @default 6, within half a minute */
  tries?: number;
  /** Bound on one try, in milliseconds. @default 60000, longer than a long poll */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** A completely read answer. */
export interface Answer {
  status: number;
  text: string;
}

/** Statuses after which a retry can succeed: the isolate ended or had no room, or the gateway failed briefly. */
const PASSING = new Set([429, 500, 502, 503, 504, 546]);

/** A client of a Supabase project with the function. All its calls have to be safe to repeat. */
export class Project {
  /** The project's address, without a trailing slash. */
  readonly url: string;
  /** The function's address, without a trailing slash. */
  readonly functionUrl: string;
  readonly #credential: Record<string, string>;
  readonly #patience: Required<Patience>;

  /**
   * @param url The project's address, or the function's.
   * @param key A secret key, or the token of an admin.
   */
  constructor(url: string, key: string, patience: Patience = {}) {
    const address = new URL(url);
    this.url = address.origin;
    const path = address.pathname.replace(/\/+$/, "") || "/functions/v1/process-image";
    this.functionUrl = `${address.origin}${path}`;
    // A secret key in the new format is not a token; gateways refuse it in `authorization`.
    this.#credential = key.startsWith("sb_") ? { apikey: key } : { authorization: `Bearer ${key}` };
    this.#patience = { firstWaitMs: 1_000, maxWaitMs: 15_000, ...patience };
  }

  /**
   * Makes a call, and retries failures that may pass.
   *
   * @returns The first final answer, or the answer of the last try.
   * @throws {BatchError} If there is no answer.
   * @throws {unknown} The signal's reason, after its abort.
   */
  async call(
    url: string,
    { tries: maxTries = 6, timeoutMs = 60_000, ...init }: Call,
  ): Promise<Answer> {
    const { firstWaitMs, maxWaitMs } = this.#patience;
    for (let tries = 1;; tries++) {
      const { answer, problem, retryAfterMs } = await this.#try(url, timeoutMs, init);
      init.signal?.throwIfAborted();
      if (answer && (tries === maxTries || !PASSING.has(answer.status))) return answer;
      if (tries === maxTries) {
        throw new BatchError(`${new URL(url).origin} does not answer: ${problem}`);
      }
      const waitMs = Math.max(retryAfterMs, firstWaitMs * 2 ** (tries - 1));
      await pause(Math.min(maxWaitMs, waitMs), init.signal);
      init.signal?.throwIfAborted();
    }
  }

  async #try(
    url: string,
    timeoutMs: number,
    init: RequestInit & { signal?: AbortSignal },
  ): Promise<{ answer?: Answer; problem?: string; retryAfterMs: number }> {
    const headers = new Headers(init.headers);
    for (const [name, value] of Object.entries(this.#credential)) headers.set(name, value);
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
    try {
      const response = await fetch(url, { ...init, headers, signal });
      const retryAfterMs = Number(response.headers.get("retry-after") ?? 0) * 1_000 || 0;
      return { answer: { status: response.status, text: await response.text() }, retryAfterMs };
    } catch (error) {
      return { problem: error instanceof Error ? error.message : String(error), retryAfterMs: 0 };
    }
  }
}
