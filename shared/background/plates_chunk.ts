import { z } from "zod";
import { onFirstUse } from "../lib/on_first_use.ts";
import { pngChunks } from "../image/decode/png/png_chunks.ts";
import type { RelativeBox } from "./read_plates.ts";

/** Name of the chunk: ancillary, private, and ignored by decoders. */
const NAME = "caPl";

/** Bound on the chunk's data, in bytes. Eight boxes have some 700. */
const MAX_BYTES = 4_096;

/** Sizes in a PNG, in bytes: the signature, a chunk without data, and the first chunk (`IHDR`). */
const SIGNATURE_BYTES = 8;
const EMPTY_BYTES = 12;
const FIRST_CHUNK_END = SIGNATURE_BYTES + EMPTY_BYTES + 13;

const boxesSchema = onFirstUse(() => {
  const share = z.number().min(0).max(1);
  return z.array(z.object({ x: share, y: share, width: share, height: share })).max(8);
});

/**
 * Writes licence plates into a cutout's PNG, so that the cache stores both as one object.
 *
 * @param png The cutout. Other bytes than a PNG are returned as they are: they are refused when they are decoded.
 * @param plates The plates.
 */
export function withPlates(
  png: Uint8Array<ArrayBuffer>,
  plates: readonly RelativeBox[],
): Uint8Array<ArrayBuffer> {
  const [first] = png.length > FIRST_CHUNK_END ? pngChunks(png) : [];
  if (plates.length === 0 || first?.name !== "IHDR" || first.next !== FIRST_CHUNK_END) return png;
  const data = new TextEncoder().encode(JSON.stringify(plates));
  const chunk = new Uint8Array(EMPTY_BYTES + data.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  chunk.set(new TextEncoder().encode(NAME), 4);
  chunk.set(data, 8);
  view.setUint32(8 + data.length, checksum(chunk.subarray(4, 8 + data.length)));
  const all = new Uint8Array(png.length + chunk.length);
  all.set(png.subarray(0, FIRST_CHUNK_END));
  all.set(chunk, FIRST_CHUNK_END);
  all.set(png.subarray(FIRST_CHUNK_END), FIRST_CHUNK_END + chunk.length);
  return all;
}

/**
 * Reads the licence plates of a cutout.
 *
 * @param png The cutout.
 * @returns An empty list if it has none, or if they are damaged.
 */
export function platesOf(png: Uint8Array<ArrayBuffer>): RelativeBox[] {
  for (const { name, data } of pngChunks(png)) {
    if (name === "IDAT") break;
    if (name !== NAME || data.length > MAX_BYTES) continue;
    try {
      return boxesSchema().parse(JSON.parse(new TextDecoder().decode(data)));
    } catch {
      return [];
    }
  }
  return [];
}

/** Computes the CRC-32 of a chunk's name and data. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
