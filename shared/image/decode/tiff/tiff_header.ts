import type { Size } from "../../raster.ts";

/** The facts that the first directory of a TIFF states, before anything is decoded. */
export interface TiffHeader extends Size {
  /** BigTIFF: offsets of 64 bits. */
  big: boolean;
  /** The compression's number: 1 none, 5 LZW, 7 JPEG, ... @default 1 */
  compression: number;
  /** The colour model's number: 0 and 1 grey, 2 RGB, 3 palette, 5 inks, 6 YCbCr, ... @default 1 */
  photometric: number;
  /** Bits of a sample; the most that any sample has. @default 1 */
  bitsPerSample: number;
  /** Samples of a pixel, alpha included. @default 1 */
  samplesPerPixel: number;
  /** 1 unsigned, 2 signed, 3 floating point, 4 undefined, 5 and 6 complex; the largest that any sample has. @default 1 */
  sampleFormat: number;
  /** True if each sample has a plane of its own, false if the samples of a pixel are side by side. */
  planar: boolean;
  /** Whether it has an ICC profile. */
  profile: boolean;
  /** How the picture is turned, as in EXIF: 1 (upright) to 8. @default 1 */
  orientation: number;
  /** Places of the orientation in the file: first byte and length in bytes of each field; empty without one. */
  orientationFields: readonly ByteRange[];
  /** Size of a tile; unset in a file of strips. */
  tile?: Size;
  /** Rows of a strip, at most the height; the height in a file of tiles. */
  rowsPerStrip: number;
  /** True if the picture is a small copy of another one in the file, as in cameras' raw files (DNG, NEF, ARW). */
  preview: boolean;
  /** Number of strips or tiles, of all planes together, as the directory lists them. */
  parts: number;
}

/** A place in a file. */
export interface ByteRange {
  at: number;
  bytes: number;
}

/** libtiff takes a directory of more entries for damage. */
const MAX_ENTRIES = 4_096;

/** Bits and formats of this many samples are looked at: stops fields that list millions of them. */
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

/** The bit of `NewSubfileType`, and the value of the older `SubfileType`, of a picture in reduced size. */
const REDUCED = 1;
const REDUCED_BEFORE_6 = 2;

/** Bytes of a value, by the number of its type; only whole numbers are read: BYTE, SHORT, LONG, their signed kin, LONG8. */
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
 * Reads the first directory of a TIFF or BigTIFF as libtiff does: the first entry of a tag counts, its type may be any
 * whole number's. It follows one offset to the directory and one for each entry, so that the cost is bounded.
 *
 * TIFF revision 6.0, section 2; BigTIFF as libtiff defines it.
 *
 * @param file A file of any content.
 * @returns The facts, or `null` if the file is no TIFF, or its directory is missing, cut off or without a size.
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
    bitsPerSample: most(view, entries, TAG.bitsPerSample, 1),
    samplesPerPixel: first(view, entries, TAG.samplesPerPixel, 1),
    sampleFormat: most(view, entries, TAG.sampleFormat, 1),
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

/** How the file writes its numbers, and where its first directory is. */
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

/** An entry of whole numbers: where its first value is, and how many there are. */
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

/** The first value of a tag's first entry. */
function first(view: DataView, entries: Entry[], tag: number, unset: number): number {
  const entry = entries.find((one) => one.tag === tag);
  return entry && entry.count > 0 ? valueOf(view, entry, 0) : unset;
}

/** The largest value of a tag's first entry. */
function most(view: DataView, entries: Entry[], tag: number, unset: number): number {
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

/** A number of 64 bits; above 2^53 it is rounded, and lies behind the end of any file. */
function u64(view: DataView, at: number, littleEndian: boolean): number {
  return Number(view.getBigUint64(at, littleEndian));
}
