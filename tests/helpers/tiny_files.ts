import { concat, latin1, le16, le32, u32 } from "./bytes.ts";

/** A PNG that claims a size and contains `payload` bytes of invalid data. */
export function pngClaiming(
  width: number,
  height: number,
  payload: number,
): Uint8Array<ArrayBuffer> {
  const header = concat(u32(width), u32(height), [8, 6, 0, 0, 0]);
  return concat(
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    pngChunk("IHDR", header),
    pngChunk("IDAT", new Uint8Array(payload)),
    pngChunk("IEND", new Uint8Array()),
  );
}

/** A chunk of a PNG file, with its checksum. */
export function pngChunk(name: string, data: Uint8Array): Uint8Array {
  const body = concat(latin1(name), data);
  return concat(u32(data.length), body, u32(crc32(body)));
}

/** Computes the checksum of PNG, which `node:zlib` lacks in Deno 2.1.4. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

/** A GIF of 8 x 8 pixels with one frame for each grey (0 to 63). */
export function greyGif(greys: number[]): Uint8Array<ArrayBuffer> {
  const palette = Array.from({ length: 64 }, (_, i) => [i * 4, i * 4, i * 4]).flat();
  const frames = greys.map((grey) =>
    concat(
      [0x21, 0xf9, 4, 0, 10, 0, 0, 0],
      ...[[0x2c], le16(0), le16(0), le16(8), le16(8), [0, 6]],
      uncompressedLzw(new Array(64).fill(grey)),
    )
  );
  const screen = concat(latin1("GIF89a"), le16(8), le16(8), [0xd5, 0, 0], palette);
  return concat(screen, ...frames, [0x3b]);
}

/** Encodes six-bit pixels as seven-bit LZW codes, and clears the table before the codes grow. */
function uncompressedLzw(pixels: number[]): Uint8Array {
  const codes = pixels.flatMap((pixel, i) => i % 32 === 0 ? [64, pixel] : [pixel]);
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const code of [...codes, 65]) {
    bits |= code << held;
    for (held += 7; held >= 8; held -= 8, bits >>>= 8) bytes.push(bits & 255);
  }
  if (held > 0) bytes.push(bits & 255);
  return concat([bytes.length], bytes, [0]);
}

/** A grey TIFF of 8 x 8 pixels with one page for each grey (0 to 255). */
export function greyTiff(greys: number[]): Uint8Array<ArrayBuffer> {
  const entries = 8;
  const pageBytes = 64 + 2 + entries * 12 + 4;
  const pages = greys.map((grey, index) => {
    const pixelsAt = 8 + index * pageBytes;
    const last = index === greys.length - 1;
    return concat(
      new Array(64).fill(grey),
      le16(entries),
      ...[entry(256, 8), entry(257, 8), entry(258, 8), entry(259, 1), entry(262, 1)],
      ...[entry(273, pixelsAt), entry(278, 8), entry(279, 64)],
      le32(last ? 0 : pixelsAt + pageBytes + 64),
    );
  });
  return concat(latin1("II*\0"), le32(8 + 64), ...pages);
}

function entry(tag: number, value: number): Uint8Array {
  return concat(le16(tag), le16(4), le32(1), le32(value));
}
