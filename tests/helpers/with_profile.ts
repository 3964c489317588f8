import { deflateSync } from "node:zlib";
import { riffChunk } from "./bombs.ts";
import { concat, latin1, le16, le32 } from "./bytes.ts";
import { withSegments } from "./metadata.ts";
import { pngChunk } from "./tiny_files.ts";

/** Maximum number of a profile's bytes in one JPEG segment. */
const SEGMENT_BYTES = 65_519;

/** Adds an ICC profile to a JPEG, in as many segments as necessary. */
export function jpegWithProfile(jpeg: Uint8Array, profile: Uint8Array): Uint8Array<ArrayBuffer> {
  const count = Math.max(1, Math.ceil(profile.length / SEGMENT_BYTES));
  const segments = Array.from({ length: count }, (_, i) => {
    const part = profile.subarray(i * SEGMENT_BYTES, (i + 1) * SEGMENT_BYTES);
    return { marker: 0xffe2, data: concat(latin1("ICC_PROFILE\0"), [i + 1, count], part) };
  });
  return withSegments(jpeg, segments);
}

/** Adds an ICC profile to a PNG after its header, and removes the other chunks about its colours. */
export function pngWithProfile(png: Uint8Array, profile: Uint8Array): Uint8Array<ArrayBuffer> {
  const headerEnd = 8 + 12 + 13;
  const chunk = pngChunk("iCCP", concat(latin1("Test\0"), [0], deflateSync(profile)));
  return concat(png.subarray(0, headerEnd), chunk, png.subarray(headerEnd));
}

/** Makes an extended WebP with an ICC profile from a simple one (a single chunk, `VP8 ` or `VP8L`). */
export function webpWithProfile(
  webp: Uint8Array,
  profile: Uint8Array,
  { width, height }: { width: number; height: number },
): Uint8Array<ArrayBuffer> {
  const size = [...le32(width - 1).slice(0, 3), ...le32(height - 1).slice(0, 3)];
  const body = concat(
    latin1("WEBP"),
    riffChunk("VP8X", concat([0x20, 0, 0, 0], size)),
    riffChunk("ICCP", profile),
    webp.subarray(12),
  );
  return concat(latin1("RIFF"), le32(body.length), body);
}

/** Adds an ICC profile to a GIF, as an application extension after its palette. */
export function gifWithProfile(gif: Uint8Array, profile: Uint8Array): Uint8Array<ArrayBuffer> {
  const at = 13 + (gif[10] & 0x80 ? 3 << ((gif[10] & 7) + 1) : 0);
  const blocks: Uint8Array[] = [];
  for (let from = 0; from < profile.length; from += 255) {
    const part = profile.subarray(from, from + 255);
    blocks.push(concat([part.length], part));
  }
  const extension = concat([0x21, 0xff, 11], latin1("ICCRGBG1012"), ...blocks, [0]);
  return concat(gif.subarray(0, at), extension, gif.subarray(at));
}

/** Makes a version 5 bitmap with an ICC profile after its pixels from a plain 24-bit one. */
export function bmpWithProfile(bmp: Uint8Array, profile: Uint8Array): Uint8Array<ArrayBuffer> {
  const view = new DataView(bmp.buffer, bmp.byteOffset);
  const [pixelsAt, headerBytes] = [view.getUint32(10, true), 124];
  const pixels = bmp.subarray(pixelsAt);
  const header = new Uint8Array(headerBytes);
  header.set(bmp.subarray(14, 14 + 40));
  header.set(le32(headerBytes), 0);
  header.set(latin1("DEBM"), 56); // "MBED", little-endian
  header.set(le32(headerBytes + pixels.length), 112);
  header.set(le32(profile.length), 116);
  const length = 14 + headerBytes + pixels.length + profile.length;
  const start = concat(latin1("BM"), le32(length), le16(0), le16(0), le32(14 + headerBytes));
  return concat(start, header, pixels, profile);
}

/** Replaces an uncompressed profile in a file by another one of the same length. */
export function replaceProfile(
  file: Uint8Array,
  held: Uint8Array,
  profile: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const at = file.findIndex((byte, i) =>
    byte === held[0] && held.every((b, j) => file[i + j] === b)
  );
  if (at < 0 || held.length !== profile.length) {
    throw new Error("The file does not hold that profile.");
  }
  return concat(file.subarray(0, at), profile, file.subarray(at + held.length));
}
