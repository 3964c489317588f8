/**
 * Reads a stream to its end, or until it turns out too long: lengths that a sender states are not believed.
 *
 * @param stream A request's or a response's body; `null` reads as empty.
 * @param maxBytes The bound.
 * @param lingerBytes How much more is read, and dropped, before a stream that is too long is given up: a sender that is
 * cut off while it sends does not get to see the answer. @default 0
 * @param take Asked for each piece whether there is room for it, in bytes. @default always
 * @returns The bytes, or `null` if there are more than `maxBytes` or there is no room for them; the stream is cancelled
 * then.
 * @throws {Error} If the stream breaks off.
 */
export async function readLimited(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  lingerBytes = 0,
  take: (bytes: number) => boolean = () => true,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream ?? []) {
    length += chunk.length;
    if (length > maxBytes + lingerBytes) return null; // leaving the loop cancels the stream
    if (length > maxBytes) continue;
    if (!take(chunk.length)) return null;
    chunks.push(chunk);
  }
  if (length > maxBytes) return null;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
