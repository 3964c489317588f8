/** Bytes of a PNG before its first chunk; of a chunk before its data, length and name; and behind it, its checksum. */
const SIGNATURE_BYTES = 8;
const HEADER_BYTES = 8;
const CHECKSUM_BYTES = 4;

/** Where a chunk of a PNG lies; what a length points to may lie behind the file's end. */
export interface PngChunk {
  /** Its four letters. */
  name: string;
  /** Where it begins, and where the next one does. */
  at: number;
  next: number;
  /** Its data, as far as the file has it. */
  data: Uint8Array<ArrayBuffer>;
}

/** Goes over the chunks of a file with a PNG's signature, without looking into them. */
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

/** Tells whether a PNG has an ICC profile, which lies in front of its data. */
export function hasPngProfile(file: Uint8Array): boolean {
  for (const { name } of pngChunks(file)) {
    if (name === "iCCP") return true;
    if (name === "IDAT") return false;
  }
  return false;
}
