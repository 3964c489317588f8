/**
 * Reads a stream to its end, or until it turns out too long: lengths that a sender states are not believed.
 *
 * @param stream A request's or a response's body; `null` reads as empty.
 * @param maxBytes The bound.
 * @returns The bytes, or `null` if there are more than `maxBytes`; the stream is cancelled then.
 * @throws {Error} If the stream breaks off.
 */
export async function readLimited(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream ?? []) {
    length += chunk.length;
    if (length > maxBytes) return null; // leaving the loop cancels the stream
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
