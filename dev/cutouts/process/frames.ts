/** A message between the server and the model's process: JSON, and bytes. */
export interface Frame {
  json: unknown;
  bytes: Uint8Array<ArrayBuffer>;
}

const HEADER_BYTES = 8;

/** Encodes a frame: the lengths of both parts (32 bits each), JSON, bytes. */
export function encodeFrame(json: unknown, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(json));
  const frame = new Uint8Array(HEADER_BYTES + text.length + bytes.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, text.length);
  view.setUint32(4, bytes.length);
  frame.set(text, HEADER_BYTES);
  frame.set(bytes, HEADER_BYTES + text.length);
  return frame;
}

/** Reads frames until the stream ends. A partial frame at its end is ignored. */
export async function* readFrames(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Frame> {
  let chunks: Uint8Array[] = [];
  let received = 0;
  let needed = HEADER_BYTES;
  for await (const chunk of stream) {
    chunks.push(chunk);
    received += chunk.length;
    while (received >= needed) {
      const joined = concatenate(chunks, received);
      const view = new DataView(joined.buffer);
      const jsonEnd = HEADER_BYTES + view.getUint32(0);
      needed = jsonEnd + view.getUint32(4);
      chunks = [joined];
      if (received < needed) break;
      const json = JSON.parse(new TextDecoder().decode(joined.subarray(HEADER_BYTES, jsonEnd)));
      yield { json, bytes: joined.slice(jsonEnd, needed) };
      chunks = [joined.subarray(needed)];
      received -= needed;
      needed = HEADER_BYTES;
    }
  }
}

function concatenate(chunks: Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}
