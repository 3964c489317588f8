/** Bytes of a PNG's signature. The first chunk follows. */
export const SIGNATURE_BYTES = 8;

/** Offset of the bit depth in a PNG; its colour type and the rest of IHDR follow. */
export const DEPTH_AT = 24;

/** The last chunk of a PNG: no data, and the checksum of its name. */
export const IEND = Uint8Array.of(0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82);

/** Maximum number of chunks of a sane file: encoders write chunks of 8 kB or more. Each costs the decoder up to 10 us. */
export const MAX_CHUNKS = 10_000;

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

/** Iterates over the chunks of a file with a PNG's signature, up to `IEND`, without parsing their data. */
export function* pngChunks(file: Uint8Array): Generator<PngChunk> {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  for (let at = SIGNATURE_BYTES; at + HEADER_BYTES <= file.length;) {
    const from = at + HEADER_BYTES;
    const to = from + view.getUint32(at);
    const name = String.fromCharCode(file[at + 4], file[at + 5], file[at + 6], file[at + 7]);
    const next = to + CHECKSUM_BYTES;
    yield { name, at, next, data: file.subarray(from, to) as Uint8Array<ArrayBuffer> };
    if (name === "IEND") return;
    at = next;
  }
}

/** Iterates over the compressed data of a PNG's picture: that of the chunks `IDAT`, in their order. */
export function* pngData(file: Uint8Array): Generator<Uint8Array<ArrayBuffer>> {
  for (const { name, data } of pngChunks(file)) {
    if (name === "IDAT") yield data;
  }
}

/** Checks whether a PNG has more than {@linkcode MAX_CHUNKS} chunks, without a look at the others. */
export function hasManyChunks(file: Uint8Array): boolean {
  let chunks = 0;
  for (const _ of pngChunks(file)) {
    if (++chunks > MAX_CHUNKS) return true;
  }
  return false;
}

/** Checks whether a PNG has an ICC profile, which precedes the image data. */
export function hasPngProfile(file: Uint8Array): boolean {
  for (const { name } of pngChunks(file)) {
    if (name === "iCCP") return true;
    if (name === "IDAT") return false;
  }
  return false;
}
