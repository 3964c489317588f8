import type { Density } from "../../encode/jpeg/jpeg_head.ts";

/** The facts from a photo's EXIF data that its picture needs. */
export interface ExifFacts {
  /** The orientation, 1 to 8; unset if the data states none. */
  orientation?: number;
  /** The density; unset if the data states none. Its unit is unset if the data does not state that. */
  density?: Omit<Density, "unit"> & Partial<Density>;
}

/** Tags of the first directory, and that of the offset of EXIF's own directory. */
const ORIENTATION = 0x0112;
const X_RESOLUTION = 0x011a;
const Y_RESOLUTION = 0x011b;
const UNIT = 0x0128;
const EXIF_DIRECTORY = 0x8769;
const NEEDED: ReadonlySet<number> = new Set([ORIENTATION, X_RESOLUTION, Y_RESOLUTION, UNIT]);

/** EXIF's units: none, inch, centimetre. JFIF counts them from 0. */
const UNITS = [1, 2, 3];

/** Types of values: 16 bits, 32 bits, and two numbers of 32 bits; the last type of EXIF. */
const SHORT = 3;
const LONG = 4;
const RATIONAL = 5;
const LAST_TYPE = 12;

/** Bound on the number of an entry's values. ImageMagick ignores what follows an entry that is too long. */
const MAX_VALUES = 1 << 24;

/** Length of a directory's entry, in bytes. */
const ENTRY_BYTES = 12;

/** Most entries of a directory: cameras write a dozen or some dozens. */
const MAX_ENTRIES = 200;

/**
 * Reads the orientation and density of EXIF data.
 *
 * @param data The data, from its byte order on.
 * @returns The facts, or `null` if the data is damaged or unusual: ImageMagick may read it otherwise.
 */
export function readExif(data: Uint8Array): ExifFacts | null {
  try {
    return readFacts(new DataView(data.buffer, data.byteOffset, data.length));
  } catch (error) {
    if (error instanceof RangeError) return null; // an offset lies outside the data
    throw error;
  }
}

/** An entry of a directory. */
interface Entry {
  tag: number;
  type: number;
  values: number;
  /** Offset of its value, or of the offset of its values. */
  valueAt: number;
}

function readFacts(view: DataView): ExifFacts | null {
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return null;
  const isLittle = order === 0x4949;
  if (view.getUint16(2, isLittle) !== 42) return null;
  const entries = readDirectory(view, view.getUint32(4, isLittle), isLittle);
  if (!entries?.every(isUsual)) return null;
  const own = entries.find(({ tag }) => tag === EXIF_DIRECTORY);
  if (own) {
    if (own.type !== LONG || own.values !== 1) return null;
    const others = readDirectory(view, view.getUint32(own.valueAt, isLittle), isLittle);
    if (!others || others.some(({ tag }) => NEEDED.has(tag))) return null;
  }
  const values = new Map<number, number>();
  for (const { tag, type, values: count, valueAt } of entries) {
    if (!NEEDED.has(tag)) continue;
    const isRational = tag === X_RESOLUTION || tag === Y_RESOLUTION;
    if (values.has(tag) || count !== 1 || type !== (isRational ? RATIONAL : SHORT)) return null;
    if (!isRational) values.set(tag, view.getUint16(valueAt, isLittle));
    else {
      const from = view.getUint32(valueAt, isLittle);
      const divisor = view.getUint32(from + 4, isLittle);
      if (divisor === 0) return null;
      values.set(tag, view.getUint32(from, isLittle) / divisor);
    }
  }
  return factsOf(values);
}

function readDirectory(view: DataView, at: number, isLittle: boolean): Entry[] | null {
  const count = view.getUint16(at, isLittle);
  if (count > MAX_ENTRIES) return null;
  return Array.from({ length: count }, (_, i) => {
    const entry = at + 2 + i * ENTRY_BYTES;
    return {
      tag: view.getUint16(entry, isLittle),
      type: view.getUint16(entry + 2, isLittle),
      values: view.getUint32(entry + 4, isLittle),
      valueAt: entry + 8,
    };
  });
}

/** Checks an entry for a type of EXIF and a possible length. */
function isUsual({ type, values }: Entry): boolean {
  return type >= 1 && type <= LAST_TYPE && values < MAX_VALUES;
}

function factsOf(values: ReadonlyMap<number, number>): ExifFacts | null {
  const [orientation, x, y, unit] = [ORIENTATION, X_RESOLUTION, Y_RESOLUTION, UNIT]
    .map((tag) => values.get(tag));
  if (orientation !== undefined && (orientation < 1 || orientation > 8)) return null;
  if (unit !== undefined && !UNITS.includes(unit)) return null;
  return {
    ...(orientation && { orientation }),
    ...(x !== undefined && y !== undefined && {
      density: { x, y, ...(unit !== undefined && { unit: UNITS.indexOf(unit) }) },
    }),
  };
}
