import { HEAD_BYTES, imageTypeOf } from "./image_type.ts";
import type { NamedVariant, PhotoReply, Variant } from "./types.ts";

/**
 * Decodes a variant that is in an answer.
 *
 * @param reply The answer to a request with `returnImages`, which is the default without `uploadToStorage`.
 * @param variant The variant's name.
 * @returns The variant's file; `null` if the answer does not contain it.
 * @example
 * ```ts
 * const blob = imageOf(data, "grid");
 * if (blob) img.src = URL.createObjectURL(blob);
 * ```
 */
export function imageOf(reply: Pick<PhotoReply, NamedVariant>, variant: Variant): Blob | null {
  const base64 = (reply as Record<string, unknown>)[variant];
  if (typeof base64 !== "string") return null;
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  const type = imageTypeOf(bytes.subarray(0, HEAD_BYTES))?.contentType;
  return new Blob([bytes], { type: type ?? "application/octet-stream" });
}
