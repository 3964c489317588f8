import { freeBuffer } from "./free_buffer.ts";

/** Number of pieces of a network stream that may be of any size. */
const FREE_PIECES = 400;

/**
 * Minimum average size of all further pieces, in bytes. A TCP segment has 536 or more. Without this bound, a body
 * of 200,000 one-byte chunks, 1.2 MB on the wire, took 69 s and 13 GB (Deno 2.9.6), since each chunk is a turn of
 * the event loop.
 */
const PIECE_BYTES = 512;

/** Size of the buffer for a piece, in bytes. */
const PIECE_ROOM_BYTES = 64 << 10;

/**
 * Sizes of the blocks that hold the received bytes: the first one without an expected size, its bound with one, and the bound of
 * all others. An ordinary photo fits into a first block of its size, and is then not copied once more.
 */
const BLOCK_BYTES = { first: 4 << 10, mostExpected: 4 << 20, most: 1 << 20 };

/** Thrown if a stream comes in pieces so small that reading them costs too much. */
export class TinyPiecesError extends Error {
  override name = "TinyPiecesError";

  constructor() {
    super(`Its pieces hold less than ${PIECE_BYTES} bytes on average.`);
  }
}

/**
 * Reads a stream to its end, or until it is too long. It does not rely on the length that the sender states.
 *
 * @param stream A request's or a response's body; `null` reads as empty.
 * @param maxBytes Bound on the stream, in bytes.
 * @param lingerBytes Number of bytes beyond the bound that are read and dropped: a sender that is cut
 * off while it sends cannot read the response. @default 0
 * @param take Called with the size of each piece, in bytes; returns whether there is room for it. @default always
 * `true`
 * @param expectedBytes The length that the sender states. A wrong one costs time, nothing else. @default unknown
 * @returns The bytes, or `null` if there are more than `maxBytes` or there is no room for them. The stream is then
 * cancelled.
 * @throws {TinyPiecesError} If the stream comes in tiny pieces. It is then cancelled.
 * @throws {Error} If the stream breaks off.
 */
export async function readLimited(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  lingerBytes = 0,
  take: (bytes: number) => boolean = () => true,
  expectedBytes = 0,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const kept = new Blocks(Math.min(expectedBytes, maxBytes));
  let length = 0;
  for await (const piece of stream ? piecesOf(stream) : []) {
    length += piece.length;
    if (length > maxBytes + lingerBytes) return null; // leaving the loop cancels the stream
    if (length > maxBytes) continue;
    if (!take(piece.length)) return null;
    kept.append(piece);
  }
  return length > maxBytes ? null : kept.joined();
}

/**
 * Yields a stream's pieces. Each is valid until the next one is requested. A network stream is a byte stream and is
 * read into one buffer; otherwise even a tiny piece would be a view of its own 64 KiB.
 *
 * @throws {TinyPiecesError} If a byte stream comes in tiny pieces. Streams from within the process may.
 */
async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = byobReaderOf(stream);
  if (!reader) return yield* stream;
  let room = new Uint8Array(PIECE_ROOM_BYTES);
  let length = 0;
  let pieces = 0;
  try {
    for (;;) {
      const { value, done } = await reader.read(room);
      if (done) return;
      length += value.length;
      if (++pieces > FREE_PIECES + length / PIECE_BYTES) throw new TinyPiecesError();
      yield value;
      room = new Uint8Array(value.buffer);
    }
  } finally {
    await reader.cancel();
  }
}

function byobReaderOf(stream: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined {
  try {
    return stream.getReader({ mode: "byob" });
  } catch {
    return undefined; // not a byte stream: its pieces do not come from Deno's network code
  }
}

/** Bytes in blocks, each twice as large as the one before. */
class Blocks {
  readonly #full: Uint8Array<ArrayBuffer>[] = [];
  #block: Uint8Array<ArrayBuffer>;
  #used = 0;
  #length = 0;

  /** @param expectedBytes The expected number of bytes; 0 if it is unknown. */
  constructor(expectedBytes: number) {
    const first = Math.min(expectedBytes, BLOCK_BYTES.mostExpected) || BLOCK_BYTES.first;
    this.#block = new Uint8Array(first);
  }

  append(piece: Uint8Array): void {
    this.#length += piece.length;
    for (let at = 0; at < piece.length;) {
      if (this.#used === this.#block.length) this.#next();
      const part = piece.subarray(at, at + this.#block.length - this.#used);
      this.#block.set(part, this.#used);
      this.#used += part.length;
      at += part.length;
    }
  }

  joined(): Uint8Array<ArrayBuffer> {
    if (this.#full.length === 0 && this.#used === this.#block.length) return this.#block;
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const block of [...this.#full, this.#block.subarray(0, this.#used)]) {
      all.set(block, at);
      at += block.length;
      freeBuffer(block);
    }
    return all;
  }

  #next(): void {
    this.#full.push(this.#block);
    this.#block = new Uint8Array(Math.min(2 * this.#block.length, BLOCK_BYTES.most));
    this.#used = 0;
  }
}
