import { z } from "zod";
import { onFirstUse } from "../../lib/on_first_use.ts";
import { AppError } from "../../errors.ts";
import { type JsonBounds, parseBounded } from "../../lib/json/parse_bounded.ts";
import { readLimited } from "../../lib/read_limited.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { outgoingTrace } from "../../telemetry/trace/current_request.ts";

/** Bound on the legacy service's reply, in bytes. Three PNGs in base64 take some 10 MB. */
const MAX_REPLY_BYTES = 64 << 20;

/** Bounds on the reply without its images. */
const REPLY_BOUNDS: JsonBounds = { maxBytes: 256 << 10, maxValues: 10_000 };

/** The fields of a reply that hold an image. */
const IMAGE_FIELDS = ["processed", "grid", "detail"] as const;

/** A reply; the parsed value of an image is its index among the strings that were set apart. */
const replySchema = onFirstUse(() => {
  const place = z.string().optional();
  return z.looseObject({
    success: z.literal(true),
    processed: place,
    grid: place,
    detail: place,
  });
});

/** The legacy service's reply for a processed photo. */
export interface LegacyReply {
  /** The raw reply: the JSON of an object. */
  json: Uint8Array<ArrayBuffer>;
  /** The fields of the reply without the images. */
  fields: Record<string, unknown>;
  /** The images as encoded in the reply: the text between the quotes, as views of `json`. */
  images: Partial<Record<string, Uint8Array<ArrayBuffer>>>;
}

/** The address and credential of the legacy service. */
export interface LegacyAddress {
  /** The URL, without a query. */
  url: string;
  /** The value of `X-API-Key`; not sent if unset. */
  key?: string;
  /** Bound on a whole exchange, in milliseconds. */
  timeoutMs: number;
}

/** A photo request in the form that the legacy service gets. */
export interface LegacyRequest {
  /** The query with its question mark, or an empty text. */
  query: string;
  contentType: string;
  body: Uint8Array<ArrayBuffer>;
  /** The request's id. */
  requestId: string;
  /** Aborts when the caller disconnects. */
  signal: AbortSignal;
  /** Reserves memory for each piece of the reply, in bytes; returns `false` if there is no room. */
  grow: (bytes: number) => boolean;
}

/** A client of the legacy service, which this function replaces. */
export class LegacyClient {
  readonly #address: LegacyAddress;

  /** @param address The service's address. */
  constructor(address: LegacyAddress) {
    this.#address = address;
  }

  /**
   * Sends a photo to the service for processing. The request never contains the caller's credential.
   *
   * @param request The photo's request.
   * @returns The reply, or `legacy_failed` if the service cannot be reached, takes too long, refuses, or returns
   * other JSON.
   * @throws the reason of the request's signal
   */
  async ask(request: LegacyRequest): Promise<Result<LegacyReply>> {
    try {
      return await this.#ask(request);
    } catch (cause) {
      request.signal.throwIfAborted();
      return fail(failure("did not answer", cause));
    }
  }

  async #ask(
    { query, contentType, body, requestId, signal, grow }: LegacyRequest,
  ): Promise<Result<LegacyReply>> {
    const { url, key, timeoutMs } = this.#address;
    const response = await fetch(url + query, {
      method: "POST",
      headers: {
        "content-type": contentType,
        "x-request-id": requestId,
        ...outgoingTrace(),
        ...(key !== undefined && { "x-api-key": key }),
      },
      body,
      redirect: "manual", // a redirect would forward the key
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    if (!response.ok) {
      await response.body?.cancel();
      return fail(failure(`answered status ${response.status}`));
    }
    const bytes = await readLimited(response.body, MAX_REPLY_BYTES, 0, grow);
    if (bytes === null) return fail(failure("answered more than there is room for"));
    return replyOf(bytes);
  }
}

/**
 * Parses a reply.
 *
 * @param bytes The body of a response with status 200.
 * @returns The reply, or `legacy_failed`.
 */
export function replyOf(bytes: Uint8Array<ArrayBuffer>): Result<LegacyReply> {
  const json = parseBounded(bytes, REPLY_BOUNDS, { names: IMAGE_FIELDS, outermost: true });
  if (!json.ok) {
    const how = json.fault === "invalid" ? "answered no JSON" : "answered too much JSON";
    return fail(failure(how, json.cause));
  }
  const parsed = replySchema().safeParse(json.value);
  if (!parsed.success) return fail(failure("answered without success", parsed.error));
  const { success, processed, grid, detail, ...rest } = parsed.data;
  const places = Object.entries({ processed, grid, detail });
  const images = places.flatMap(([name, at]) =>
    at === undefined ? [] : [[name, json.strings[Number(at)]] as const]
  );
  return ok({ json: bytes, fields: { success, ...rest }, images: Object.fromEntries(images) });
}

/** @param how The end of a sentence that says what the service did. */
function failure(how: string, cause?: unknown): AppError {
  return new AppError("legacy_failed", `The legacy service ${how}. Try again.`, { cause });
}
