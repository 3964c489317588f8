import { joinBytes } from "../../../lib/join_bytes.ts";
import { type PngChunk, pngChunks } from "./png_chunks.ts";

/** The gamma of sRGB, in 100,000ths, which most programs write beside `sRGB`. It changes nothing. */
const USUAL_GAMMA = 45_455;

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
