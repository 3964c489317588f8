/** Bytes of a RIFF chunk before its data: name and length. */
const CHUNK_HEADER_BYTES = 8;

/** Bytes of a RIFF file before its first chunk: "RIFF", length, "WEBP". */
const FILE_HEADER_BYTES = 12;

/**
 * Replaces the data of a WebP file's chunk.
 *
 * @param file The file.
 * @param name The chunk's name, such as `ALPH`.
 * @param replace Returns the new data for the given old data.
 * @returns A new file, or the same one if it has no such chunk.
 */
export function replaceChunk(
  file: Uint8Array<ArrayBuffer>,
  name: string,
  replace: (data: Uint8Array) => Uint8Array,
): Uint8Array<ArrayBuffer> {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  for (let at = FILE_HEADER_BYTES; at + CHUNK_HEADER_BYTES <= file.length;) {
    const length = view.getUint32(at + 4, true);
    const next = at + CHUNK_HEADER_BYTES + padded(length);
    if (String.fromCharCode(...file.subarray(at, at + 4)) === name) {
      const from = at + CHUNK_HEADER_BYTES;
      return splice(file, from, next, replace(file.subarray(from, from + length)));
    }
    at = next;
  }
  return file;
}

/** Replaces the chunk data between two offsets and corrects all lengths. */
function splice(
  file: Uint8Array,
  from: number,
  to: number,
  data: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(file.length - (to - from) + padded(data.length));
  result.set(file.subarray(0, from));
  result.set(data, from);
  result.set(file.subarray(to), from + padded(data.length));
  const view = new DataView(result.buffer);
  view.setUint32(from - 4, data.length, true);
  view.setUint32(4, result.length - CHUNK_HEADER_BYTES, true);
  return result;
}

/** Rounds a length up to an even number: chunks begin at even offsets. */
function padded(length: number): number {
  return length + (length & 1);
}
