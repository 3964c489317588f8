import { joinBytes } from "../../../lib/join_bytes.ts";
import { IEND, pngChunks, SIGNATURE_BYTES } from "./png_chunks.ts";

/** The chunks `IHDR` and `IDAT` of one black pixel, RGB and RGBA: length, name, data, checksum. */
const CHUNKS = {
  3: {
    header: fromHex("0000000d4948445200000001000000010802000000907753de"),
    data: fromHex("0000000c4944415478da63606060000000040001c8eaebf9"),
  },
  4: {
    header: fromHex("0000000d49484452000000010000000108060000001f15c489"),
    data: fromHex("0000000d4944415478da63606060f80f000104010080bbd15b"),
  },
};

/** Chunks that are replaced, and those of an animation's frames. */
const LEFT_OUT = new Set(["IHDR", "IDAT", "IEND", "acTL", "fcTL", "fdAT"]);

/**
 * Makes a PNG of one pixel with all that another PNG says of its colours and orientation: the decoder reads the profile, the
 * EXIF block and the like from it, without the picture.
 *
 * @param file A file with a PNG's signature.
 * @param channels 3 if it is RGB, 4 if it is RGBA.
 */
export function pngOfOnePixel(file: Uint8Array, channels: 3 | 4): Uint8Array<ArrayBuffer> {
  const { header, data } = CHUNKS[channels];
  const [before, after]: Uint8Array[][] = [[], []];
  let hasData = false;
  for (const { name, at, next } of pngChunks(file)) {
    if (name === "IEND") break;
    hasData ||= name === "IDAT";
    if (!LEFT_OUT.has(name)) (hasData ? after : before).push(file.subarray(at, next));
  }
  const signature = file.subarray(0, SIGNATURE_BYTES);
  return joinBytes([signature, header, ...before, data, ...after, IEND]);
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g)!, (byte) => parseInt(byte, 16));
}
