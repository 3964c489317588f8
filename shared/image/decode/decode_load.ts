import { readMatrixProfile } from "./color/matrix_profile.ts";
import { isSrgbProfile } from "./icc_profile.ts";
import { hasManyGifExtensions } from "./gif_frame.ts";
import type { InputFormat } from "../image_format.ts";
import type { Size } from "../raster.ts";
import { readJpegHeader } from "./jpeg/jpeg_header.ts";
import { hasEnd } from "./jpeg/jpeg_check.ts";
import { readPlainJpeg } from "./jpeg/plain_jpeg.ts";
import { DEPTH_AT, hasManyChunks, MAX_CHUNKS, pngChunks } from "./png/png_chunks.ts";
import { isPlainPng } from "./png/read_png_rows.ts";
import type { TiffHeader } from "./tiff/tiff_header.ts";
import { alphasOf, type HeifItems, readHeifItems } from "./heif_items.ts";
import { heifSamples, MOST_COSTLY } from "./heif/heif_samples.ts";
import { heifProfile } from "./heif_profile.ts";
import { unusualHeif } from "./unusual_heif.ts";
import { unusualTiff } from "./tiff/unusual_tiff.ts";

/** Properties of a file, besides its type and size, that determine the cost of decoding it. */
export interface DecodeLoad {
  /** Length of the file, in bytes. */
  bytes: number;
  /** Whether the file announces transparency. */
  alpha: boolean;
  /** Whether the file has an ICC profile other than sRGB's, which means a conversion of all pixels. */
  profile: boolean;
  /** Whether the pixel loops convert the profile's colours, see `readMatrixProfile`. @default false */
  matrixProfile?: boolean;
  /** Whether the samples are CMYK. */
  ink: boolean;
  /** Whether the samples are grey and need a conversion to RGB after decoding. */
  grey: boolean;
  /** Whether a HEIC's or AVIF's colour has the resolution of brightness. @default false */
  fullChroma?: boolean;
  /** Whether a HEIC's or AVIF's samples have more than 8 bits. @default false */
  deep?: boolean;
  /** Whether a PNG or JPEG is of the kind that the pixel loops read, see `readPngRows` and `readPlainJpeg`. @default false */
  plain?: boolean;
  /** Number of scans in a JPEG. @default 1 */
  scans: number;
  /** An unusual and costly encoding, in words for a message; unset for usual encodings. */
  unusual?: string;
}

/** The facts from the header that are needed here, see `PhotoHeader`. */
interface Found extends Size {
  format: InputFormat;
  startsAt?: number;
  dataAt?: number;
  tiff?: TiffHeader;
}

/** A HEIC, AVIF or GIF announces profiles and alpha channels within this many bytes. */
const ANNOUNCED_BYTES = 65_536;

/** Bound on the number of JPEG scans to count. */
const MAX_SCANS = 32;

/**
 * Reads the properties that determine a photo's decoding cost from its headers, without decompressing anything. A
 * property that the headers leave open counts as present.
 *
 * @param file The encoded file.
 * @param header The facts from its header.
 */
export function readDecodeLoad(file: Uint8Array, header: Found): DecodeLoad {
  const bytes = file.subarray(header.startsAt ?? 0);
  const load = {
    bytes: bytes.length,
    alpha: false,
    profile: false,
    ink: false,
    grey: false,
    scans: 1,
  };
  return { ...load, ...READ[header.format](bytes, header) };
}

/** Whether a photo's headers announce transparency. Only decoding shows whether any pixel is transparent. */
export function mayBeTransparent(file: Uint8Array, header: Found): boolean {
  return header.format !== "jpeg" && readDecodeLoad(file, header).alpha;
}

const READ: Record<InputFormat, Read> = {
  jpeg: readJpeg,
  png: readPng,
  webp: readWebp,
  heic: readHeif,
  avif: readHeif,
  tiff: readTiff,
  bmp: readBmp,
  gif: readGif,
};
type Read = (bytes: Uint8Array, header: Found) => Partial<DecodeLoad>;

/** A JPEG larger than this has data that is not its picture: uncompressed samples take 3 bytes per pixel. */
const JPEG_BOUND = { bytes: 2e6, bytesPerPixel: 16 };

function readJpeg(bytes: Uint8Array, { dataAt, width, height }: Found): Partial<DecodeLoad> {
  if (bytes.length > JPEG_BOUND.bytes + JPEG_BOUND.bytesPerPixel * width * height) {
    return { unusual: "much larger than its picture" };
  }
  const header = readJpegHeader(bytes, MAX_SCANS);
  const head = bytes.subarray(0, dataAt ?? bytes.length);
  const at = indexOf(head, "ICC_PROFILE\0");
  const isWhole = at >= 0 && head[at + 12] === 1 && head[at + 13] === 1;
  return {
    ink: header?.components === 4,
    grey: header?.components === 1,
    scans: Math.max(1, header?.scans ?? 1),
    // A profile that is split over segments is larger than sRGB's.
    profile: at >= 0 && !isSrgbProfile(head.subarray(at + 14)),
    matrixProfile: isWhole && readMatrixProfile(head.subarray(at + 14)) !== null,
    plain: dataAt !== undefined && hasEnd(bytes, dataAt) && readPlainJpeg(bytes) !== null,
  };
}

/** IHDR's colour type: bit 1 colour, bit 2 alpha. */
const PNG_COLOR_TYPE_AT = DEPTH_AT + 1;

/** Bound on a PNG's chunks, and on a GIF's extensions, which cost as much. */
const MAX_PARTS = MAX_CHUNKS;
const MANY_PARTS = `divided into more than ${MAX_PARTS} parts`;

function readPng(bytes: Uint8Array): Partial<DecodeLoad> {
  if (hasManyChunks(bytes)) return { unusual: MANY_PARTS };
  const type = bytes[PNG_COLOR_TYPE_AT];
  const load = { alpha: (type & 4) !== 0, profile: false, plain: isPlainPng(bytes) };
  for (const { name } of pngChunks(bytes)) {
    if (name === "IDAT") break;
    if (name === "tRNS") load.alpha = true;
    if (name === "iCCP") load.profile = true; // compressed, so it counts even if it is sRGB's
  }
  return load;
}

/** Offsets and flags: VP8X's flags for profile and alpha, and VP8L's byte with its alpha flag. */
const WEBP_FLAGS_AT = 20;
const WEBP_PROFILE = 0x20;
const WEBP_ALPHA = 0x10;
const VP8L_ALPHA_AT = 24;

function readWebp(bytes: Uint8Array): Partial<DecodeLoad> {
  const kind = String.fromCharCode(...bytes.subarray(12, 16));
  if (kind === "VP8L") return { alpha: (bytes[VP8L_ALPHA_AT] & WEBP_ALPHA) !== 0 };
  if (kind !== "VP8X") return {};
  const flags = bytes[WEBP_FLAGS_AT];
  return { alpha: (flags & WEBP_ALPHA) !== 0, profile: (flags & WEBP_PROFILE) !== 0 };
}

function readHeif(bytes: Uint8Array): Partial<DecodeLoad> {
  const head = bytes.subarray(0, ANNOUNCED_BYTES);
  const at = ["colrprof", "colrrICC"].map((name) => indexOf(head, name)).find((i) => i >= 0);
  const items = itemsOf(bytes);
  const profile = at === undefined ? heifProfile(bytes) : bytes.subarray(at + 8);
  return {
    ...(items ? heifSamples(bytes, items) : MOST_COSTLY),
    alpha: mayHaveAlpha(items) ?? indexOf(head, "auxC") >= 0,
    profile: profile !== null && !isSrgbProfile(profile),
    matrixProfile: profile !== null && readMatrixProfile(profile) !== null,
    unusual: unusualHeif(bytes),
  };
}

/** Reads the items of a HEIC or AVIF; `null` if they cannot be parsed. */
function itemsOf(bytes: Uint8Array): HeifItems | null {
  try {
    return readHeifItems(bytes);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Whether the primary picture has an alpha channel; `null` if the file does not say which one that is. */
function mayHaveAlpha(items: HeifItems | null): boolean | null {
  return items?.primary === undefined ? null : alphasOf(items, items.primary).length > 0;
}

function readTiff(_: Uint8Array, { tiff }: Found): Partial<DecodeLoad> {
  if (!tiff) return {};
  const { photometric, samplesPerPixel } = tiff;
  const colors = photometric === 5 ? 4 : photometric === 2 || photometric === 6 ? 3 : 1;
  return {
    ink: photometric === 5,
    alpha: samplesPerPixel > colors,
    profile: tiff.profile,
    unusual: unusualTiff(tiff),
  };
}

/** Offsets of the bits per pixel and of BITMAPV5HEADER's colour space. */
const BMP_BITS_AT = 28;
const BMP_SPACE_AT = 70;

function readBmp(bytes: Uint8Array): Partial<DecodeLoad> {
  const space = String.fromCharCode(...bytes.subarray(BMP_SPACE_AT, BMP_SPACE_AT + 4));
  return { alpha: bytes[BMP_BITS_AT] === 32, profile: space === "DEBM" };
}

function readGif(bytes: Uint8Array): Partial<DecodeLoad> {
  if (hasManyGifExtensions(bytes, MAX_PARTS)) return { unusual: MANY_PARTS };
  return { alpha: hasTransparentColor(bytes) };
}

/** Checks for a graphic control extension whose flag announces a transparent colour. */
function hasTransparentColor(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, ANNOUNCED_BYTES);
  const at = indexOf(head, "\x21\xf9\x04");
  return at >= 0 && (head[at + 3] & 1) === 1;
}

function indexOf(bytes: Uint8Array, text: string): number {
  const first = text.charCodeAt(0);
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let same = 1;
    while (same < text.length && bytes[at + same] === text.charCodeAt(same)) same++;
    if (same === text.length) return at;
  }
  return -1;
}
