import { type Reply, replySchema } from "../shared/photo/reply_schema.ts";

const TRAILER_BYTES = 16;
let sent = 0;

/**
 * The same picture as another file: a trailer that every format's decoder skips, with a number that was not used
 * before. Nothing that is kept of an earlier photo can spare the function any work on it.
 */
export function neverSeen(photo: Uint8Array): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(photo.length + TRAILER_BYTES);
  file.set(photo);
  // HEIC and AVIF are read to the end: in those it is a box of the type "free".
  const trailer = new DataView(file.buffer, photo.length);
  trailer.setUint32(0, TRAILER_BYTES);
  file.set(new TextEncoder().encode("free"), photo.length + 4);
  trailer.setFloat64(8, performance.timeOrigin + sent++);
  return file;
}

/** An answer and how long it took. */
export interface TimedReply {
  reply: Reply;
  wallMs: number;
}

/**
 * Has the function process a photo that is sent as bare bytes.
 *
 * @param url The function's own address.
 * @param query Settings.
 * @throws Error with the answer when it is no 200 or the background was kept
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
  if (reply.warnings.length > 0) throw new Error(JSON.stringify(reply.warnings));
  return { reply, wallMs };
}
