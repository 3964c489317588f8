/** The supported input types. */
export const INPUT_FORMATS = ["jpeg", "png", "webp", "heic", "avif", "tiff", "bmp", "gif"] as const;

/** A supported input type. */
export type InputFormat = typeof INPUT_FORMATS[number];

/** The supported output types, with their media types and file extensions. */
export const OUTPUT_FORMATS = {
  webp: { contentType: "image/webp", extension: "webp" },
  png: { contentType: "image/png", extension: "png" },
  jpeg: { contentType: "image/jpeg", extension: "jpg" },
} as const;

/** A supported output type. */
export type OutputFormat = keyof typeof OUTPUT_FORMATS;

const HEIC_BRANDS = new Set(["heic", "heix", "heim", "heis", "hevc", "hevx"]);
const AVIF_BRANDS = new Set(["avif", "avis"]);

/**
 * Detects an image's type by its magic bytes; names and headers do not count.
 *
 * @param bytes The encoded file.
 * @returns The type, or `null` for an unsupported one (SVG, PDF and other text and vector formats among them).
 */
export function sniffFormat(bytes: Uint8Array): InputFormat | null {
  if (starts(bytes, 0xff, 0xd8, 0xff)) return "jpeg";
  if (starts(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return "png";
  if (text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 12) === "WEBP") return "webp";
  if (text(bytes, 4, 8) === "ftyp") return sniffBrands(bytes);
  if (isTiff(bytes)) return "tiff";
  if (text(bytes, 0, 6) === "GIF87a" || text(bytes, 0, 6) === "GIF89a") return "gif";
  if (text(bytes, 0, 2) === "BM" && isBitmapHeader(bytes)) return "bmp";
  return null;
}

/** Detects AVIF and HEIC by the brands of an ISO base media file. `mif1` alone identifies neither. */
function sniffBrands(bytes: Uint8Array): InputFormat | null {
  const size = Math.min(
    new DataView(bytes.buffer, bytes.byteOffset).getUint32(0),
    bytes.length,
    256,
  );
  for (let at = 8; at + 4 <= size; at += at === 8 ? 8 : 4) {
    const brand = text(bytes, at, at + 4);
    if (AVIF_BRANDS.has(brand)) return "avif";
    if (HEIC_BRANDS.has(brand)) return "heic";
  }
  return null;
}

/** Detects TIFF: little-endian or big-endian, version 42, or 43 for BigTIFF with its 8-byte offsets. */
function isTiff(bytes: Uint8Array): boolean {
  return starts(bytes, 0x49, 0x49, 42, 0) || starts(bytes, 0x4d, 0x4d, 0, 42) ||
    starts(bytes, 0x49, 0x49, 43, 0, 8, 0, 0, 0) || starts(bytes, 0x4d, 0x4d, 0, 43, 0, 8, 0, 0);
}

/** Checks the header length behind "BM": text may begin with these two letters too. */
function isBitmapHeader(bytes: Uint8Array): boolean {
  return bytes.length > 26 && [12, 16, 40, 52, 56, 64, 108, 124].includes(bytes[14]) &&
    bytes[15] === 0;
}

function starts(bytes: Uint8Array, ...magic: number[]): boolean {
  return bytes.length >= magic.length && magic.every((byte, index) => bytes[index] === byte);
}

function text(bytes: Uint8Array, from: number, to: number): string {
  return bytes.length < to ? "" : String.fromCharCode(...bytes.subarray(from, to));
}
