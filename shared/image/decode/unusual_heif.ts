import { type Box, isoBoxes } from "./iso_boxes.ts";

/** Stops files of millions of boxes, items or references. */
const MAX_COUNT = 4_096;

/** Maximum nesting of pictures that are composed of others; phones use one level. */
const MAX_LEVELS = 4;

/**
 * Bound on the decoded pixels of a picture and all of its parts, as a multiple of its size: a grid is decoded tile by
 * tile into a picture of the same size, and tiles may reach beyond it. Small pictures may use a little more.
 */
const MAX_OF_SIZE = 2.5;
const FREE_PIXELS = 2e6;

/**
 * Finds a HEIC or AVIF that is composed of more than it shows: a grid whose tiles are larger than the picture, or an
 * overlay that references the same picture a thousand times. The decoder decodes each part in full.
 *
 * ISO/IEC 23008-12: item references of type `dimg`, sizes (`ispe`) and their association with items (`ipma`).
 *
 * @param bytes The file.
 * @returns The problem, as the end of a sentence ("is ..."), or `undefined`.
 */
export function unusualHeif(bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    const left = { boxes: MAX_COUNT };
    const inside = (box: Box | undefined, skip: number) =>
      box ? isoBoxes(view, box.from + skip, box.to, left) : [];
    const meta = inside(isoBoxes(view, 0, bytes.length, left).find(isNamed("meta")), 4);
    const iprp = inside(meta.find(isNamed("iprp")), 0);
    const properties = inside(iprp.find(isNamed("ipco")), 0);
    const sizes = readSizes(view, properties, iprp.find(isNamed("ipma")));
    const iref = meta.find(isNamed("iref"));
    const parts = iref && readParts(view, iref, inside(iref, 4));
    return parts && isOutsized(sizes, parts)
      ? "composed of parts that are larger than the picture"
      : undefined;
  } catch (error) {
    if (error instanceof RangeError) return "composed in an unsupported way";
    throw error;
  }
}

const isNamed = (name: string) => (box: Box) => box.name === name;

/** Reads consecutive big-endian numbers. */
class Reader {
  #at: number;
  constructor(readonly view: DataView, at: number) {
    this.#at = at;
  }
  u8(): number {
    return this.view.getUint8(this.#at++);
  }
  u16(): number {
    return this.u8() << 8 | this.u8();
  }
  u32(): number {
    return this.u16() * 0x1_0000 + this.u16();
  }
}

/** Reads the number of pixels of each item that has a size. */
function readSizes(view: DataView, properties: Box[], ipma: Box | undefined): Map<number, number> {
  const sizes = new Map<number, number>();
  if (!ipma) return sizes;
  const reader = new Reader(view, ipma.from);
  const isLong = reader.u8() >= 1;
  const isWide = (reader.u16(), reader.u8() & 1) === 1;
  const items = bounded(reader.u32());
  for (let i = 0; i < items; i++) {
    const item = isLong ? reader.u32() : reader.u16();
    for (let left = reader.u8(); left > 0; left--) {
      const index = isWide ? reader.u16() & 0x7fff : reader.u8() & 0x7f;
      const property = properties[index - 1];
      if (property?.name !== "ispe") continue;
      sizes.set(item, view.getUint32(property.from + 4) * view.getUint32(property.from + 8));
    }
  }
  return sizes;
}

/** Reads the parts of each composed item. */
function readParts(view: DataView, iref: Box, references: Box[]): Map<number, number[]> {
  const isLong = view.getUint8(iref.from) >= 1;
  const parts = new Map<number, number[]>();
  for (const { name, from } of references) {
    if (name !== "dimg") continue;
    const reader = new Reader(view, from);
    const id = () => isLong ? reader.u32() : reader.u16();
    const picture = id();
    const count = bounded(reader.u16());
    parts.set(picture, [...(parts.get(picture) ?? []), ...Array.from({ length: count }, id)]);
  }
  return parts;
}

function isOutsized(sizes: Map<number, number>, parts: Map<number, number[]>): boolean {
  const largest = Math.max(0, ...sizes.values());
  const known = new Map<number, number>();
  const pixelsOf = (item: number, level: number): number => {
    if (level > MAX_LEVELS) return Infinity;
    const before = known.get(item);
    if (before !== undefined) return before;
    let pixels = sizes.get(item) ?? largest;
    for (const part of parts.get(item) ?? []) pixels += pixelsOf(part, level + 1);
    known.set(item, pixels);
    return pixels;
  };
  const maxPixels = MAX_OF_SIZE * largest + FREE_PIXELS;
  return [...parts.keys()].some((item) => pixelsOf(item, 0) > maxPixels);
}

function bounded(count: number): number {
  if (count > MAX_COUNT) throw new RangeError("more than any photo has");
  return count;
}
