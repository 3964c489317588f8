/** Sizes in a PNG, in bytes: the signature, a chunk's length and name before its data, and the checksum behind it. */
const SIGNATURE_BYTES = 8;
const HEADER_BYTES = 8;
const CHECKSUM_BYTES = 4;

/** The location of a PNG's chunk. Offsets that follow from its length may lie behind the file's end. */
export interface PngChunk {
  /** The chunk's name, four letters. */
  name: string;
  /** Offset of the chunk, and of the next one. */
  at: number;
  next: number;
  /** The chunk's data, as far as the file holds it. */
  data: Uint8Array<ArrayBuffer>;
}

/** Iterates over the chunks of a file with a PNG's signature, without parsing their data. */
export function* pngChunks(file: Uint8Array): Generator<PngChunk> {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  for (let at = SIGNATURE_BYTES; at + HEADER_BYTES <= file.length;) {
    const from = at + HEADER_BYTES;
    const to = from + view.getUint32(at);
    const name = String.fromCharCode(...file.subarray(at + 4, from));
    const next = to + CHECKSUM_BYTES;
    yield { name, at, next, data: file.subarray(from, to) as Uint8Array<ArrayBuffer> };
    at = next;
  }
}

/** Checks whether a PNG has an ICC profile, which precedes the image data. */
export function hasPngProfile(file: Uint8Array): boolean {
  for (const { name } of pngChunks(file)) {
    if (name === "iCCP") return true;
    if (name === "IDAT") return false;
  }
  return false;
}
