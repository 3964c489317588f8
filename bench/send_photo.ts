import { type Reply, replySchema } from "../shared/photo/reply_schema.ts";

const TRAILER_BYTES = 16;
let sent = 0;

/**
 * Copies a picture to a unique file: it appends a trailer that every format's decoder skips, with an unused number. So no
 * cached result of an earlier photo reduces the function's work.
 */
export function neverSeen(photo: Uint8Array): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(photo.length + TRAILER_BYTES);
  file.set(photo);
  // Decoders read HEIC and AVIF to the end, so the trailer is a box of the type "free".
  const trailer = new DataView(file.buffer, photo.length);
  trailer.setUint32(0, TRAILER_BYTES);
  file.set(new TextEncoder().encode("free"), photo.length + 4);
  trailer.setFloat64(8, performance.timeOrigin + sent++);
  return file;
}

/** An answer and its duration. */
export interface TimedReply {
  reply: Reply;
  wallMs: number;
}

/**
 * Sends a photo to the function as raw bytes.
 *
 * @param url The function's own address.
 * @param query Settings.
 * @throws Error with the answer if its status is not 200 or the background was kept
 */
export async function sendPhoto(
  url: string,
  headers: Record<string, string>,
  photo: Uint8Array<ArrayBuffer>,
  query: string,
): Promise<TimedReply> {
  const from = performance.now();
  const response = await fetch(`${url}/process-image?${query}`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/octet-stream" },
    body: photo,
  });
  const text = await response.text();
  const wallMs = performance.now() - from;
  if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${text.slice(0, 500)}`);
  const reply = replySchema.parse(JSON.parse(text));
  // A kept background costs less. Quality control's warnings, such as a small car, change nothing.
  const kept = reply.warnings.filter(({ code }) => code.startsWith("background_"));
  if (kept.length > 0) throw new Error(JSON.stringify(kept));
  return { reply, wallMs };
}
