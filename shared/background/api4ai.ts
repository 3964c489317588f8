import type { Api4aiMode } from "../settings.ts";
import { pause } from "../lib/pause.ts";
import { readLimited } from "../lib/read_limited.ts";
import { outgoingTrace } from "../telemetry/trace/current_request.ts";
import { BackgroundError } from "./background_error.ts";
import type { BackgroundRemover, Cutout, CutoutFile } from "./cutout.ts";
import { withPlates } from "./plates_chunk.ts";
import type { Provider } from "./provider.ts";
import { readReply } from "./read_reply.ts";

/** The settings of the API4.ai client. */
export interface Api4aiOptions extends Provider {
  /** The URL of the results, without its query. */
  url: string;
  /** The key; the demo URL takes none. */
  key?: string;
  /** The requested product. */
  mode: Api4aiMode;
  /** Bound on the total time of all tries, in milliseconds. */
  timeoutMs: number;
  /** Whether the cutouts are those for hiding licence plates, which are cached apart from others. @default false */
  forPlates?: boolean;
}

/** Waits between tries, in milliseconds. The vendor's own clients use the same. */
const RETRY_DELAYS_MS = [1_000, 2_000, 4_000];

/** Bound on a reply, in bytes, against endless replies. An RGBA cutout of 2048 x 2048 in base64 stays below it. */
const MAX_REPLY_BYTES = 32 << 20;

/** A client of Cars Image Background Removal by API4.ai, or of another service with the same interface. */
export class Api4ai implements BackgroundRemover {
  readonly provider: string;
  readonly name: string;
  readonly #options: Api4aiOptions;

  /** @param options The client's settings. */
  constructor(options: Api4aiOptions) {
    this.provider = options.provider;
    this.name = options.name;
    this.#options = options;
  }

  get variant(): string {
    return this.#options.forPlates ? `${this.#options.mode}-plates` : this.#options.mode;
  }

  get kind(): Cutout["kind"] {
    return this.#options.mode === "fg-mask" ? "mask" : "image";
  }

  /**
   * Sends a photo and returns its cutout. Retries network errors, 429 and 5xx until the time is up.
   *
   * @throws {BackgroundError} If there is no cutout.
   */
  async remove(
    photo: Uint8Array<ArrayBuffer>,
    signal?: AbortSignal,
  ): Promise<CutoutFile> {
    const deadline = AbortSignal.timeout(this.#options.timeoutMs);
    const until = performance.now() + this.#options.timeoutMs;
    const either = signal ? AbortSignal.any([signal, deadline]) : deadline;
    for (let attempt = 0;; attempt++) {
      const outcome = await this.#ask(photo, either);
      if ("body" in outcome) {
        const { image, plates } = readReply(outcome.body, this.#options);
        return { kind: this.kind, bytes: withPlates(image, plates) };
      }
      signal?.throwIfAborted();
      if (deadline.aborted) throw timedOut(this.#options, outcome.error);
      const delayMs = outcome.retryAfterMs ?? RETRY_DELAYS_MS[attempt];
      const more = outcome.retry && attempt < RETRY_DELAYS_MS.length;
      if (!more || performance.now() + delayMs >= until) throw outcome.error;
      await pause(delayMs, either);
    }
  }

  async #ask(
    photo: Uint8Array<ArrayBuffer>,
    signal: AbortSignal,
  ): Promise<{ body: Uint8Array<ArrayBuffer> } | Failure> {
    const form = new FormData();
    form.set("image", new Blob([photo], { type: "image/jpeg" }), "photo.jpg");
    const url = `${this.#options.url}?mode=${this.#options.mode}`;
    try {
      const response = await fetch(url, {
        method: "POST",
        redirect: "manual", // a redirect would forward the key
        body: form,
        headers: { ...keyHeader(this.#options), ...outgoingTrace() },
        signal,
      });
      if (!response.ok) {
        await response.body?.cancel();
        return failureOfStatus(response, this.name);
      }
      const body = await readLimited(response.body, MAX_REPLY_BYTES);
      if (body === null) {
        return {
          error: new BackgroundError(
            "background_removal_invalid_reply",
            `${this.name}'s reply was too large.`,
          ),
        };
      }
      return { body };
    } catch (cause) {
      const error = new BackgroundError(
        "background_removal_unreachable",
        `${this.name} could not be reached.`,
        rootOf(cause),
        {},
      );
      return { error, retry: true };
    }
  }
}

/** Makes the header that carries the key; no header without a key. */
export function keyHeader(
  { url, key }: Pick<Api4aiOptions, "url" | "key">,
): Record<string, string> {
  if (key === undefined) return {};
  const viaRapidApi = new URL(url).hostname.endsWith(".rapidapi.com");
  return { [viaRapidApi ? "X-RapidAPI-Key" : "X-API-KEY"]: key };
}

/** Finds the root cause of a failed fetch. The error of newer versions of Deno only says that it failed. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error;
}

interface Failure {
  error: BackgroundError;
  /** Whether another try can succeed. */
  retry?: boolean;
  /** The wait that the service requests, in milliseconds. */
  retryAfterMs?: number;
}

function failureOfStatus(response: Response, name: string): Failure {
  const { status } = response;
  const outage = { retryAfterMs: retryAfterMs(response.headers.get("retry-after")) };
  if (status === 429) {
    const message = `${name}'s rate limit is reached.`;
    const code = "background_removal_rate_limited";
    return { error: new BackgroundError(code, message, undefined, outage), retry: true, ...outage };
  }
  if (status === 401 || status === 403) {
    const message = `${name} refused the key: check API4AI_KEY and its subscription.`;
    return { error: new BackgroundError("background_removal_unauthorized", message) };
  }
  const retry = status >= 500;
  const message = `${name} answered with status ${status}.`;
  const code = "background_removal_failed";
  const error = new BackgroundError(code, message, undefined, retry ? outage : undefined);
  return { error, retry, ...outage };
}

/** Parses a `Retry-After` header (seconds or a date) to milliseconds from now. */
function retryAfterMs(value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function timedOut({ name, timeoutMs }: Api4aiOptions, cause: unknown): BackgroundError {
  const message = `${name} did not answer within ${timeoutMs} ms.`;
  return new BackgroundError("background_removal_timeout", message, cause, {});
}
