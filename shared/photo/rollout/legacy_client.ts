import { z } from "zod";
import { AppError } from "../../errors.ts";
import { type JsonBounds, parseBounded } from "../../lib/json/parse_bounded.ts";
import { readLimited } from "../../lib/read_limited.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { outgoingTrace } from "../../telemetry/trace/current_request.ts";

/** Bound on the legacy service's reply, in bytes: three PNGs in base64 are some 10 MB. */
const MAX_REPLY_BYTES = 64 << 20;

/** What it may hold besides its images. */
const REPLY_BOUNDS: JsonBounds = { maxBytes: 256 << 10, maxValues: 10_000 };

/** The fields of a reply that hold an image. */
const IMAGE_FIELDS = ["processed", "grid", "detail"] as const;

/** An image is its place among the strings that were set apart. */
const place = z.string().optional();
const replySchema = z.looseObject({
  success: z.literal(true),
  processed: place,
  grid: place,
  detail: place,
});

/** What the legacy service answers of a photo that it has processed. */
export interface LegacyReply {
  /** The reply as it came: the JSON of an object. */
  json: Uint8Array<ArrayBuffer>;
  /** What is in it, without the images. */
  fields: Record<string, unknown>;
  /** The images, as they stand in it: what is between the quotes, views of `json`. */
  images: Partial<Record<string, Uint8Array<ArrayBuffer>>>;
}

/** Where the legacy service is. */
export interface LegacyAddress {
  /** Its address, without a query. */
  url: string;
  /** Sent as `X-API-Key`, if it is set. */
  key?: string;
  /** Bound on a whole exchange, in milliseconds. */
  timeoutMs: number;
}

/** A photo request as the legacy service gets it. */
export interface LegacyRequest {
  /** The query with its question mark, or nothing. */
  query: string;
  contentType: string;
  body: Uint8Array<ArrayBuffer>;
  /** The id under which the request is answered. */
  requestId: string;
  /** Aborts when the caller has gone away. */
  signal: AbortSignal;
  /** Reserves memory for each piece of the reply, in bytes; `false` where there is no room. */
  grow: (bytes: number) => boolean;
}

/** The service that this function replaces. */
export class LegacyClient {
  readonly #address: LegacyAddress;

  /** @param address Where it is. */
  constructor(address: LegacyAddress) {
    this.#address = address;
  }

  /**
   * Has a photo processed by it. It is never sent anything of the caller's credential.
   *
   * @param request The photo's request.
   * @returns Its reply, or `legacy_failed`: it can not be reached, takes too long, refuses, or answers no such JSON.
   * @throws what the request's signal was aborted with
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
      redirect: "manual", // a redirect would take the key along
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
 * Reads a reply.
 *
 * @param bytes The body of an answer of status 200.
 * @returns What is in it, or `legacy_failed`.
 */
export function replyOf(bytes: Uint8Array<ArrayBuffer>): Result<LegacyReply> {
  const json = parseBounded(bytes, REPLY_BOUNDS, { names: IMAGE_FIELDS, outermost: true });
  if (!json.ok) {
    const how = json.fault === "invalid" ? "answered no JSON" : "answered too much JSON";
    return fail(failure(how, json.cause));
  }
  const parsed = replySchema.safeParse(json.value);
  if (!parsed.success) return fail(failure("answered without success", parsed.error));
  const { success, processed, grid, detail, ...rest } = parsed.data;
  const places = Object.entries({ processed, grid, detail });
  const images = places.flatMap(([name, at]) =>
    at === undefined ? [] : [[name, json.strings[Number(at)]] as const]
  );
  return ok({ json: bytes, fields: { success, ...rest }, images: Object.fromEntries(images) });
}

/** @param how What it did, as the end of a sentence. */
function failure(how: string, cause?: unknown): AppError {
  return new AppError("legacy_failed", `The legacy service ${how}. Try again.`, { cause });
}
