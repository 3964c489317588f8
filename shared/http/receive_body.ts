import { AppError } from "../errors.ts";
import { readLimited, TinyPiecesError } from "../lib/read_limited.ts";

/**
 * Number of bytes of a refused body that are still read: a client that is cut off while it sends cannot read the
 * response.
 */
const LINGER_BYTES = 8 << 20;

/**
 * Reads a request's body up to a limit.
 *
 * @param request The request.
 * @param maxBytes Bound on the body, in bytes.
 * @param grow Reserves memory for each piece; returns `false` if there is no room. @default always returns `true`
 * @returns The body, or `null` if it is too large or there is no room for it.
 * @throws {AppError} `request_aborted`, if the body ends early; `invalid_request`, if it comes in tiny pieces
 */
export async function receiveBody(
  request: Request,
  maxBytes: number,
  grow?: (bytes: number) => boolean,
): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return await readLimited(request.body, maxBytes, LINGER_BYTES, grow, statedLength(request));
  } catch (cause) {
    if (cause instanceof TinyPiecesError) {
      const expected = "pieces that are not tiny";
      const message =
        "The body came in tiny pieces. Send it at once, or in chunks of some kilobytes.";
      throw new AppError("invalid_request", message, { cause, details: { field: "", expected } });
    }
    const message = "The body ended early. Send the request again.";
    throw new AppError("request_aborted", message, { cause });
  }
}

/** Reads the length of the body that a request states, in bytes; 0 if it states none. The server checks it against the body. */
export function statedLength({ headers }: Request): number {
  const stated = Number(headers.get("content-length"));
  return Number.isSafeInteger(stated) && stated > 0 ? stated : 0; // a fraction is no length
}

/** Makes the error for a body of an unsupported type. */
export function unsupportedType(type: string, supported: readonly string[]): AppError {
  const received = type.slice(0, 100) || "none";
  const message = `Expected a Content-Type of ${supported.join(", ")} but received ${received}.`;
  return new AppError("unsupported_media_type", message, { details: { supported } });
}
