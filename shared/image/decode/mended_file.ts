import { joinBytes } from "../../lib/join_bytes.ts";
import { IEND, type PngChunk, pngChunks } from "./png/png_chunks.ts";

/** Offset of a BMP's own length, 32 bits. */
const BMP_LENGTH_AT = 2;

/** The gamma of sRGB, in 100,000ths, which most programs write beside `sRGB`. It changes nothing. */
const USUAL_GAMMA = 45_455;

/**
 * Completes a PNG whose last chunk is missing or cut off. Without it libpng refuses the file, although all rows may be
 * present. If rows are missing, libpng still refuses it.
 *
 * @param file A file with a PNG's signature.
 * @returns A new file, or the same one if it is complete.
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
  // IEND has 12 bytes, so a longer rest is a cut-off chunk of another kind.
  if (!hasData || file.length - end >= IEND.length) return file;
  return joinBytes([file.subarray(0, end), IEND]);
}

/**
 * Drops the gamma of a PNG that has the chunk `sRGB`, which precedes it (PNG, third edition, clause 4.3). ImageMagick applies a
 * linear gamma all the same: values are off by up to 73 of 255. It does let an ICC profile precede a gamma.
 *
 * @param file A file with a PNG's signature.
 * @returns A new file, or the same one if its gamma counts, changes nothing, or is missing.
 */
export function dropOverriddenGamma(file: Uint8Array): Uint8Array {
  const gammas: PngChunk[] = [];
  let isOverridden = false;
  for (const chunk of pngChunks(file)) {
    if (chunk.name === "IDAT") break;
    if (chunk.name === "gAMA") gammas.push(chunk);
    isOverridden ||= chunk.name === "sRGB";
  }
  if (!isOverridden || gammas.every(isUsual)) return file;
  const kept: Uint8Array[] = [];
  let from = 0;
  for (const { at, next } of gammas) {
    kept.push(file.subarray(from, at));
    from = next;
  }
  return joinBytes([...kept, file.subarray(from)]);
}

function isUsual({ data }: PngChunk): boolean {
  return data.length === 4 &&
    new DataView(data.buffer, data.byteOffset).getUint32(0) === USUAL_GAMMA;
}

/**
 * Lets work read a BMP with the right length in its header. ImageMagick refuses a file with a wrong length, for which extra
 * bytes behind the picture are enough. A file that is too short for its picture is still refused. The file itself changes
 * while the work runs: a copy of 36 MB would take memory that decoding needs.
 *
 * @param file A file with a BMP's signature.
 * @param read Reads the file.
 */
export function withBmpLength<T>(file: Uint8Array, read: () => T): T {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const stated = view.getUint32(BMP_LENGTH_AT, true);
  view.setUint32(BMP_LENGTH_AT, file.length, true);
  try {
    return read();
  } finally {
    view.setUint32(BMP_LENGTH_AT, stated, true);
  }
}
