import type { Density } from "../../encode/jpeg/jpeg_head.ts";

/** The facts from a photo's EXIF data that its picture needs. */
export interface ExifFacts {
  /** The orientation, 1 to 8; unset if the data states none. */
  orientation?: number;
  /** The density; unset if the data states none. Its unit is unset if the data does not state that. */
  density?: Omit<Density, "unit"> & Partial<Density>;
}

/** Tags of the first directory. */
const ORIENTATION = 0x0112;
const X_RESOLUTION = 0x011a;
const Y_RESOLUTION = 0x011b;
const UNIT = 0x0128;

/** EXIF's units: none, inch, centimetre. JFIF counts them from 0. */
const UNITS = [1, 2, 3];

/** Types of values: 16 bits, and two numbers of 32 bits. */
const SHORT = 3;
const RATIONAL = 5;

/** Length of a directory's entry, in bytes. */
const ENTRY_BYTES = 12;

/** Most entries of a directory: cameras write a dozen or two. */
const MAX_ENTRIES = 200;

/**
 * Reads the orientation and density of EXIF data.
 *
 * @param data The data, from its byte order on.
 * @returns The facts, or `null` if the data is damaged or unusual.
 */
export function readExif(data: Uint8Array): ExifFacts | null {
  try {
    return readFacts(new DataView(data.buffer, data.byteOffset, data.length));
  } catch (error) {
    if (error instanceof RangeError) return null; // an offset lies outside the data
    throw error;
  }
}

function readFacts(view: DataView): ExifFacts | null {
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return null;
  const isLittle = order === 0x4949;
  if (view.getUint16(2, isLittle) !== 42) return null;
  const at = view.getUint32(4, isLittle);
  const count = view.getUint16(at, isLittle);
  if (count > MAX_ENTRIES) return null;
  const values = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const entry = at + 2 + i * ENTRY_BYTES;
    const tag = view.getUint16(entry, isLittle);
    const isRational = tag === X_RESOLUTION || tag === Y_RESOLUTION;
    if (!isRational && tag !== ORIENTATION && tag !== UNIT) continue;
    const type = view.getUint16(entry + 2, isLittle);
    if (values.has(tag) || view.getUint32(entry + 4, isLittle) !== 1) return null;
    if (type !== (isRational ? RATIONAL : SHORT)) return null;
    if (!isRational) values.set(tag, view.getUint16(entry + 8, isLittle));
    else {
      const from = view.getUint32(entry + 8, isLittle);
      const divisor = view.getUint32(from + 4, isLittle);
      if (divisor === 0) return null;
      values.set(tag, view.getUint32(from, isLittle) / divisor);
    }
  }
  const [orientation, x, y] = [ORIENTATION, X_RESOLUTION, Y_RESOLUTION].map((tag) =>
    values.get(tag)
  );
  if (orientation !== undefined && (orientation < 1 || orientation > 8)) return null;
  const unit = values.get(UNIT);
  if (unit !== undefined && !UNITS.includes(unit)) return null;
  return {
    ...(orientation && { orientation }),
    ...(x !== undefined && y !== undefined && {
      density: { x, y, ...(unit !== undefined && { unit: UNITS.indexOf(unit) }) },
    }),
  };
}
