import type { Size } from "../../raster.ts";

/** Facts from a TIFF's first directory, read before decoding. */
export interface TiffHeader extends Size {
  /** BigTIFF: offsets of 64 bits. */
  big: boolean;
  /** The compression's number: 1 none, 5 LZW, 7 JPEG, ... @default 1 */
  compression: number;
  /** The colour model's number: 0 and 1 grey, 2 RGB, 3 palette, 5 inks, 6 YCbCr, ... @default 1 */
  photometric: number;
  /** Bits per sample; the maximum over all samples. @default 1 */
  bitsPerSample: number;
  /** Samples per pixel, alpha included. @default 1 */
  samplesPerPixel: number;
  /** 1 unsigned, 2 signed, 3 floating point, 4 undefined, 5 and 6 complex; the maximum over all samples. @default 1 */
  sampleFormat: number;
  /** True if each sample has its own plane, false if the samples of a pixel are adjacent. */
  planar: boolean;
  /** Whether it has an ICC profile. */
  profile: boolean;
  /** The picture's orientation as in EXIF: 1 (upright) to 8. @default 1 */
  orientation: number;
  /** Locations of the orientation in the file: offset and length of each field, in bytes; empty if there is none. */
  orientationFields: readonly ByteRange[];
  /** Size of a tile; unset in a file with strips. */
  tile?: Size;
  /** Rows per strip, at most the height; equal to the height in a file with tiles. */
  rowsPerStrip: number;
  /** True if the picture is a reduced copy of another one in the file, as in cameras' raw files (DNG, NEF, ARW). */
  preview: boolean;
  /** Number of strips or tiles in all planes together, as the directory lists them. */
  parts: number;
}

/** A range of bytes in a file. */
export interface ByteRange {
  at: number;
  bytes: number;
}

/** Maximum number of directory entries; libtiff treats a larger directory as damaged. */
const MAX_ENTRIES = 4_096;

/** Maximum number of samples whose bits and formats are read: stops fields that list millions of them. */
const MAX_SAMPLES = 64;

const TAG = {
  newSubfileType: 254,
  subfileType: 255,
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  planar: 284,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  sampleFormat: 339,
  profile: 34_675,
  dngVersion: 50_706,
} as const;

/** The bit of `NewSubfileType`, and the value of the older `SubfileType`, for a reduced picture. */
const REDUCED = 1;
const REDUCED_BEFORE_6 = 2;

/** Bytes per value, by type number. Only integer types are read: BYTE, SHORT, LONG, their signed variants, LONG8. */
const BYTES_OF_TYPE: Readonly<Record<number, number>> = {
  1: 1,
  3: 2,
  4: 4,
  6: 1,
  8: 2,
  9: 4,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};

/**
 * Reads the first directory of a TIFF or BigTIFF as libtiff does: the first entry of a tag counts, and it may have any
 * integer type. The reader follows one offset to the directory and one per entry, so the cost is bounded.
 *
 * TIFF revision 6.0, section 2; BigTIFF as libtiff defines it.
 *
 * @param file A file of any content.
 * @returns The facts, or `null` if the file is not a TIFF, or its directory is missing, cut off or without a size.
 */
export function readTiffHeader(file: Uint8Array): TiffHeader | null {
  try {
    return readDirectory(new DataView(file.buffer, file.byteOffset, file.length));
  } catch (error) {
    if (error instanceof RangeError) return null; // an offset points behind the file's end
    throw error;
  }
}

function readDirectory(view: DataView): TiffHeader | null {
  const layout = readLayout(view);
  if (layout === null) return null;
  const entries = readEntries(view, layout);
  if (entries === null) return null;
  const [width, height] = [first(view, entries, TAG.width, 0), first(view, entries, TAG.height, 0)];
  if (!(width > 0 && height > 0)) return null;
  const tiled = entries.some(({ tag }) => tag === TAG.tileWidth || tag === TAG.tileHeight);
  const tile = {
    width: first(view, entries, TAG.tileWidth, width),
    height: first(view, entries, TAG.tileHeight, height),
  };
  const offsets = entries.find(({ tag }) => tag === TAG.stripOffsets || tag === TAG.tileOffsets);
  const orientation = first(view, entries, TAG.orientation, 1);
  const rows = tiled ? height : first(view, entries, TAG.rowsPerStrip, height);
  return {
    width,
    height,
    big: layout.big,
    compression: first(view, entries, TAG.compression, 1),
    photometric: first(view, entries, TAG.photometric, 1),
    bitsPerSample: maxOf(view, entries, TAG.bitsPerSample, 1),
    samplesPerPixel: first(view, entries, TAG.samplesPerPixel, 1),
    sampleFormat: maxOf(view, entries, TAG.sampleFormat, 1),
    planar: first(view, entries, TAG.planar, 1) === 2,
    profile: entries.some(({ tag }) => tag === TAG.profile),
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    orientationFields: entries.filter(({ tag }) => tag === TAG.orientation)
      .map(({ at, type }) => ({ at, bytes: BYTES_OF_TYPE[type] })),
    ...(tiled && { tile }),
    preview: (first(view, entries, TAG.newSubfileType, 0) & REDUCED) !== 0 ||
      first(view, entries, TAG.subfileType, 0) === REDUCED_BEFORE_6 ||
      entries.some(({ tag }) => tag === TAG.dngVersion),
    rowsPerStrip: Math.max(1, Math.min(rows, height)),
    parts: offsets?.count ?? 0,
  };
}

/** The file's number format and the offset of its first directory. */
interface Layout {
  littleEndian: boolean;
  big: boolean;
  directoryAt: number;
}

function readLayout(view: DataView): Layout | null {
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return null;
  const littleEndian = order === 0x4949;
  const version = view.getUint16(2, littleEndian);
  if (version === 42) {
    return { littleEndian, big: false, directoryAt: view.getUint32(4, littleEndian) };
  }
  if (version !== 43 || view.getUint16(4, littleEndian) !== 8) return null;
  return { littleEndian, big: true, directoryAt: u64(view, 8, littleEndian) };
}

/** An entry of integers: the offset of its first value and the number of values. */
interface Entry {
  tag: number;
  type: number;
  count: number;
  at: number;
  littleEndian: boolean;
}

function readEntries(view: DataView, { littleEndian, big, directoryAt }: Layout): Entry[] | null {
  const number = (at: number) =>
    big ? u64(view, at, littleEndian) : view.getUint32(at, littleEndian);
  const [word, entryBytes] = big ? [8, 20] : [4, 12];
  const length = big ? number(directoryAt) : view.getUint16(directoryAt, littleEndian);
  if (length > MAX_ENTRIES) return null;
  const entries: Entry[] = [];
  for (let i = 0; i < length; i++) {
    const from = directoryAt + (big ? 8 : 2) + i * entryBytes;
    const tag = view.getUint16(from, littleEndian);
    const type = view.getUint16(from + 2, littleEndian);
    // A profile is bytes of the type UNDEFINED.
    const bytes = tag === TAG.profile ? 1 : BYTES_OF_TYPE[type];
    if (bytes === undefined) continue;
    const count = number(from + 4);
    const valueAt = from + 4 + word;
    const at = bytes * count <= word ? valueAt : number(valueAt);
    entries.push({ tag, type, count, at, littleEndian });
  }
  return entries;
}

/** Returns the first value of a tag's first entry, or `unset`. */
function first(view: DataView, entries: Entry[], tag: number, unset: number): number {
  const entry = entries.find((one) => one.tag === tag);
  return entry && entry.count > 0 ? valueOf(view, entry, 0) : unset;
}

/** Returns the largest value of a tag's first entry, or `unset`. */
function maxOf(view: DataView, entries: Entry[], tag: number, unset: number): number {
  const entry = entries.find((one) => one.tag === tag);
  if (!entry || entry.count === 0) return unset;
  let largest = 0;
  for (let i = 0; i < Math.min(entry.count, MAX_SAMPLES); i++) {
    largest = Math.max(largest, valueOf(view, entry, i));
  }
  return largest;
}

function valueOf(view: DataView, { type, at, littleEndian }: Entry, index: number): number {
  const bytes = BYTES_OF_TYPE[type];
  const from = at + index * bytes;
  if (bytes === 1) return view.getUint8(from);
  if (bytes === 2) return view.getUint16(from, littleEndian);
  return bytes === 4 ? view.getUint32(from, littleEndian) : u64(view, from, littleEndian);
}

/** Reads a number of 64 bits. A number above 2^53 is rounded, but as an offset it lies behind the end of any file. */
function u64(view: DataView, at: number, littleEndian: boolean): number {
  return Number(view.getBigUint64(at, littleEndian));
}
