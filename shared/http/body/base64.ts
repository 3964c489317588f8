import { Buffer } from "node:buffer";
import { AppError } from "../../errors.ts";
import { fail, ok, type Result } from "../../result.ts";

/**
 * Decodes base64 (or base64url) text or a `data:` URL of it. White space is passed over.
 *
 * @param text The text.
 * @param field The field that it came in, for the error.
 * @returns The bytes, or `invalid_base64`.
 */
export function decodeBase64(text: string, field: string): Result<Uint8Array<ArrayBuffer>> {
  const encoded = text.startsWith("data:") ? afterDataPrefix(text) : text;
  const bytes = encoded === null ? null : decode(encoded) ?? decode(encoded.replace(/\s+/g, ""));
  if (bytes === null) {
    const message =
      `Expected base64 text or a base64 data URL for ${field} but received something else.`;
    return fail(new AppError("invalid_base64", message, { details: { field } }));
  }
  return ok(bytes);
}

function afterDataPrefix(text: string): string | null {
  const comma = text.indexOf(",", 0);
  return comma > 0 && comma < 200 && /;base64$/i.test(text.slice(0, comma))
    ? text.slice(comma + 1)
    : null;
}

/** `Buffer` passes over what is no base64, so the result is shorter than the text promises: far cheaper than a pattern. */
function decode(encoded: string): Uint8Array<ArrayBuffer> | null {
  let digits = encoded.length;
  while (digits > 0 && digits > encoded.length - 2 && encoded[digits - 1] === "=") digits--;
  if (digits % 4 === 1 || (digits === 0 && encoded.length > 0)) return null;
  try {
    const bytes = Buffer.from(encoded, "base64");
    if (bytes.length !== Math.floor((digits * 3) / 4)) return null;
    return new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
  } catch {
    return null; // Deno 2.1.4 throws where a character is beyond Latin-1
  }
}
