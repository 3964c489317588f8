import { pngChunks } from "./png/png_chunks.ts";

/** The last chunk of a PNG: no data, and the checksum of its name. */
const IEND = Uint8Array.of(0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82);

/** Where a BMP states its own length, in 32 bits. */
const BMP_LENGTH_AT = 2;

/**
 * Adds the last chunk to a PNG that lacks it, or part of it: libpng refuses the file otherwise, though all rows may be there.
 * Where rows are missing it still does.
 *
 * @param file A file with a PNG's signature.
 * @returns A new file, or the same one if it needs none.
 */
export function withPngEnd(file: Uint8Array): Uint8Array {
  let end = 0;
  let hasData = false;
  for (const { name, next } of pngChunks(file)) {
    if (name === "IEND" && next <= file.length) return file;
    if (next > file.length) break;
    hasData ||= name === "IDAT";
    end = next;
  }
  // Whatever else begins behind the last whole chunk is the data, or something that follows it.
  if (!hasData || file.length - end >= IEND.length) return file;
  return joined(file.subarray(0, end), IEND);
}

/**
 * Corrects the length that a BMP states of itself: ImageMagick refuses a file whose length is otherwise, for which bytes
 * behind the picture are enough. A file that is too short for its picture is refused all the same.
 *
 * @param file A file with a BMP's signature.
 * @returns A new file, or the same one if its length is right.
 */
export function withBmpLength(file: Uint8Array): Uint8Array {
  const stated = new DataView(file.buffer, file.byteOffset).getUint32(BMP_LENGTH_AT, true);
  if (stated === file.length) return file;
  const mended = file.slice();
  new DataView(mended.buffer).setUint32(BMP_LENGTH_AT, file.length, true);
  return mended;
}

function joined(start: Uint8Array, end: Uint8Array): Uint8Array {
  const file = new Uint8Array(start.length + end.length);
  file.set(start);
  file.set(end, start.length);
  return file;
}
