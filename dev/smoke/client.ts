/** The failure of a check, as a sentence for the table. */
export class SmokeFailure extends Error {
  override name = "SmokeFailure";
}

/** A completely read answer. */
export interface Answer {
  status: number;
  headers: Headers;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Bound on a call, in milliseconds: API4.ai may take half a minute, and an isolate may have to start. */
const TIMEOUT_MS = 90_000;

/** Statuses after which a client retries: the isolate ended, or had no room. */
const WORTH_A_RETRY = new Set([500, 503, 546]);

/** Wait before the retry, in milliseconds: the default without `Retry-After`, and the bound. */
const WAIT_MS = { usual: 1_000, max: 15_000 };

/** Calls a deployed function as a well-behaved client does. */
export class SmokeClient {
  /** The function's address, without a trailing slash. */
  readonly url: string;
  /** The headers with the credential. */
  readonly credential: Readonly<Record<string, string>>;

  /**
   * @param url The function's address, or the project's.
   * @param key A secret key, or the token of an admin.
   */
  constructor(url: string, key: string) {
    const address = new URL(url);
    if (address.pathname === "/") address.pathname = "/functions/v1/process-image";
    this.url = address.href.replace(/\/+$/, "");
    // A secret key in the new format is not a token; gateways refuse it in `authorization`.
    this.credential = key.startsWith("sb_") ? { apikey: key } : { authorization: `Bearer ${key}` };
  }

  /**
   * Makes a call, and retries once after a failure that may pass.
   *
   * @param target Rest of the address after the function's, or a complete address.
   * @throws {SmokeFailure} If there is no answer.
   */
  async call(target: string, init: RequestInit = {}): Promise<Answer> {
    const first = await this.#try(target, init);
    const again = first instanceof SmokeFailure || WORTH_A_RETRY.has(first.status);
    if (again) {
      const seconds = first instanceof SmokeFailure ? null : first.headers.get("retry-after");
      const waitMs = seconds === null ? WAIT_MS.usual : Number(seconds) * 1_000 || WAIT_MS.usual;
      await new Promise((resolve) => setTimeout(resolve, Math.min(waitMs, WAIT_MS.max)));
    }
    const last = again ? await this.#try(target, init) : first;
    if (last instanceof SmokeFailure) throw last;
    return last;
  }

  async #try(target: string, init: RequestInit): Promise<Answer | SmokeFailure> {
    const url = /^https?:/.test(target) ? target : `${this.url}${target}`;
    try {
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
      const bytes = new Uint8Array(await response.arrayBuffer());
      return { status: response.status, headers: response.headers, bytes };
    } catch (error) {
      return new SmokeFailure(`no answer: ${error instanceof Error ? error.message : error}`);
    }
  }
}
