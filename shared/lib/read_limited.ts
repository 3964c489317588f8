/** Pieces that a stream from the network may have, however small they are. */
const FREE_PIECES = 400;

/**
 * What the others have to hold on average, in bytes: a segment of TCP has 536 or more. Without this bound a body of 200,000 chunks of
 * one byte, 1.2 MB on the wire, took 69 s and 13 GB (Deno 2.9.6): each is a turn of the event loop.
 */
const PIECE_BYTES = 512;

/** What a piece is read into, in bytes. */
const PIECE_ROOM_BYTES = 64 << 10;

/** What is kept is in blocks of this many bytes: the first, and the largest. */
const BLOCK_BYTES = { first: 4 << 10, most: 1 << 20 };

/** That a stream comes in pieces which are so small that reading them costs more than what is in them. */
export class TinyPiecesError extends Error {
  override name = "TinyPiecesError";

  constructor() {
    super(`Its pieces hold less than ${PIECE_BYTES} bytes on average.`);
  }
}

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
 * @throws {TinyPiecesError} If it comes in tiny pieces; the stream is cancelled then.
 * @throws {Error} If the stream breaks off.
 */
export async function readLimited(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  lingerBytes = 0,
  take: (bytes: number) => boolean = () => true,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const kept = new Blocks();
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
 * A stream's pieces, each good until the next is asked for. What comes from the network is a stream of bytes, and is read into one
 * buffer: else each piece, however small, would be a view of 64 KiB of its own.
 *
 * @throws {TinyPiecesError} If a stream of bytes comes in tiny pieces. Those that are made here may.
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
    return undefined; // its pieces are made by others than Deno
  }
}

/** Bytes in blocks, each twice as large as the one before. */
class Blocks {
  readonly #full: Uint8Array[] = [];
  #block = new Uint8Array(BLOCK_BYTES.first);
  #used = 0;
  #length = 0;

  append(piece: Uint8Array): void {
    this.#length += piece.length;
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + this.#block.length - this.#used);
      this.#block.set(part, this.#used);
      this.#used += part.length;
      at += part.length;
      if (this.#used === this.#block.length) this.#next();
    }
  }

  joined(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const block of [...this.#full, this.#block.subarray(0, this.#used)]) {
      all.set(block, at);
      at += block.length;
    }
    return all;
  }

  #next(): void {
    this.#full.push(this.#block);
    this.#block = new Uint8Array(Math.min(2 * this.#block.length, BLOCK_BYTES.most));
    this.#used = 0;
  }
}
