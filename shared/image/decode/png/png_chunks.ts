/** Bytes of a PNG's signature. The first chunk follows. */
export const SIGNATURE_BYTES = 8;

/** Offset of the bit depth in a PNG; its colour type and the rest of IHDR follow. */
export const DEPTH_AT = 24;

/** The last chunk of a PNG: no data, and the checksum of its name. */
export const IEND = Uint8Array.of(0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82);

/** Sizes in a PNG, in bytes: a chunk's length and name before its data, and the checksum behind it. */
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
