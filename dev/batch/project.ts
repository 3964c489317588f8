import { pause } from "../../shared/lib/pause.ts";
import { BatchError } from "./batch_error.ts";

/** How patient a project's client is. */
export interface Patience {
  /** Wait before the second try, in milliseconds; it doubles with each. @default 1000 */
  firstWaitMs?: number;
  /** The longest wait, in milliseconds. @default 15000 */
  mostWaitMs?: number;
}

/** A call: what `fetch` takes, and how often it is tried. */
export interface Call extends RequestInit {
  /** @default 6, within half a minute */
  tries?: number;
  /** Bound on one try, in milliseconds. @default 60000, for a long poll has to end */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** An answer, read to its end. */
export interface Answer {
  status: number;
  text: string;
}

/** Statuses after which the same call may well succeed: the isolate was ended or had no room, the gateway had a hiccup. */
const PASSING = new Set([429, 500, 502, 503, 504, 546]);

/** A Supabase project with the function in it, for whoever has a key. Its calls have to be safe to repeat. */
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
    // A secret key in the new form is no token, and is refused by gateways where a token is expected.
    this.#credential = key.startsWith("sb_") ? { apikey: key } : { authorization: `Bearer ${key}` };
    this.#patience = { firstWaitMs: 1_000, mostWaitMs: 15_000, ...patience };
  }

  /**
   * Makes a call, and again where it fails in a way that passes.
   *
   * @returns The first answer that will not change; or the last one.
   * @throws {BatchError} If nobody answers.
   * @throws {unknown} The signal's reason, once it is aborted.
   */
  async call(url: string, { tries: most = 6, timeoutMs = 60_000, ...init }: Call): Promise<Answer> {
    const { firstWaitMs, mostWaitMs } = this.#patience;
    for (let tries = 1;; tries++) {
      const { answer, problem, retryAfterMs } = await this.#try(url, timeoutMs, init);
      init.signal?.throwIfAborted();
      if (answer && (tries === most || !PASSING.has(answer.status))) return answer;
      if (tries === most) {
        throw new BatchError(`${new URL(url).origin} does not answer: ${problem}`);
      }
      const waitMs = Math.max(retryAfterMs, firstWaitMs * 2 ** (tries - 1));
      await pause(Math.min(mostWaitMs, waitMs), init.signal);
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
