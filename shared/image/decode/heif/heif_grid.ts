import { type Box, isoBoxes } from "../iso_boxes.ts";
import type { Size } from "../../raster.ts";
import { ByteReader } from "./byte_reader.ts";

/** A range of bytes of the file. */
export interface Extent {
  from: number;
  to: number;
}

/** A tile of a grid: its encoded picture and its properties. */
export interface HeifTile {
  data: Extent;
  /** The associations of properties, as in `ipma`: indices from 1, with the bit for essential ones at 15. */
  properties: readonly number[];
}

/** A picture that consists of tiles of the same size, as phones write HEIC. */
export interface HeifGrid extends Size {
  rows: number;
  columns: number;
  /** The size of each tile, in pixels. Tiles in the last row and column may reach beyond the picture. */
  tile: Size;
  /** The tiles, row by row. */
  tiles: readonly HeifTile[];
  /** The type of the tiles' items: `hvc1` or `av01`. */
  type: string;
  /** The boxes of the properties, in the order of `ipco`, each with its header. */
  propertyBoxes: readonly Extent[];
  /** The picture's own properties without its size and transformations, as in {@linkcode HeifTile}. */
  properties: readonly number[];
  /** The EXIF orientation that has the effect of the picture's transformations (`irot`, `imir`), 1 to 8. */
  orientation: number;
  /** The boxes `ftyp` and `hdlr`, each with its header. */
  ftyp: Extent;
  hdlr: Extent;
}

/** Stops files of millions of boxes or items. A photo of 200 megapixels has 800 tiles. */
const MAX_COUNT = 4_096;

/** Types of items that are decoded tile by tile. */
const TILE_TYPES: ReadonlySet<string> = new Set(["hvc1", "av01"]);

/**
 * Reads the tiles of a HEIC or AVIF whose primary picture is a grid (ISO/IEC 23008-12, 6.6.2.3).
 *
 * @param bytes The file.
 * @returns The grid; `null` if the primary picture is no grid or has anything unusual: tiles of different sizes, a clean
 * aperture, an alpha channel, data outside of the file.
 */
export function readHeifGrid(bytes: Uint8Array): HeifGrid | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    return readGrid(view);
  } catch (error) {
    if (error instanceof RangeError) return null; // a number points beyond the file, or counts too many
    throw error;
  }
}

function readGrid(view: DataView): HeifGrid | null {
  const left = { boxes: MAX_COUNT };
  const inside = (box: Box, skip: number) => isoBoxes(view, box.from + skip, box.to, left);
  const top = isoBoxes(view, 0, view.byteLength, left);
  const ftyp = named(top, "ftyp");
  const metaBox = named(top, "meta");
  if (!ftyp || !metaBox) return null;
  const meta = inside(metaBox, 4);
  const [hdlr, pitm, iinf, iloc, iprp, iref] = ["hdlr", "pitm", "iinf", "iloc", "iprp", "iref"]
    .map((name) => named(meta, name));
  if (!hdlr || !pitm || !iinf || !iloc || !iprp || !iref) return null;
  const properties = inside(iprp, 0);
  const [ipco, ipma] = [named(properties, "ipco"), named(properties, "ipma")];
  if (!ipco || !ipma) return null;

  const primary = readPrimary(view, pitm);
  const types = readTypes(view, inside(iinf, view.getUint8(iinf.from) === 0 ? 6 : 8));
  if (types.get(primary) !== "grid") return null;
  const places = readPlaces(view, iloc, named(meta, "idat"));
  const shape = readShape(view, places.get(primary));
  const references = readReferences(view, iref, inside(iref, 4));
  const parts = references.find(({ type, from }) => type === "dimg" && from === primary)?.to;
  const boxes = inside(ipco, 0);
  const associations = readAssociations(view, ipma);
  const isAlpha = (item: number) =>
    (associations.get(item) ?? []).some((one) => {
      const box = boxes[(one & INDEX) - 1];
      return box?.name === "auxC" && readText(view, box).includes("alpha");
    });
  const hasAlpha = references.some(({ type, from, to }) =>
    type === "auxl" && to.includes(primary) && isAlpha(from)
  );
  if (!shape || parts?.length !== shape.rows * shape.columns || hasAlpha) return null;

  const kinds = new Set(parts.map((part) => types.get(part)));
  const [type] = kinds;
  if (kinds.size !== 1 || type === undefined || !TILE_TYPES.has(type)) return null;
  const sizeOf = (one: number[]) => {
    const box = one.map((index) => boxes[(index & INDEX) - 1]).find((box) => box?.name === "ispe");
    return box && { width: view.getUint32(box.from + 4), height: view.getUint32(box.from + 8) };
  };
  const tiles: HeifTile[] = [];
  let tile: Size | undefined;
  for (const part of parts) {
    const data = places.get(part);
    const own = associations.get(part);
    const size = own && sizeOf(own);
    if (!data || !size) return null;
    tile ??= size;
    if (size.width !== tile.width || size.height !== tile.height) return null;
    tiles.push({ data, properties: own });
  }
  if (!tile || !isCovered(shape, tile)) return null;
  const own = associations.get(primary) ?? [];
  const names = own.map((one) => boxes[(one & INDEX) - 1]?.name ?? "");
  if (names.includes("clap") || names.includes("")) return null;
  return {
    ...shape,
    tile,
    tiles,
    type,
    propertyBoxes: boxes.map((box) => whole(view, box)),
    properties: own.filter((_, i) => !["ispe", "irot", "imir"].includes(names[i])),
    orientation: orientationOf(view, own.map((one) => boxes[(one & INDEX) - 1])),
    ftyp: whole(view, ftyp),
    hdlr: whole(view, hdlr),
  };
}

/** The bits of an association that hold the property's index. */
const INDEX = 0x7fff;

function named(boxes: Box[], name: string): Box | undefined {
  return boxes.find((box) => box.name === name);
}

/** The range of a box with its header of 8 or 16 bytes. */
function whole(view: DataView, { from, to }: Box): Extent {
  const isShort = from < 16 || view.getUint32(from - 16) !== 1;
  return { from: from - (isShort ? 8 : 16), to };
}

function readText(view: DataView, { from, to }: Box): string {
  return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + from, to - from));
}

function readPrimary(view: DataView, { from }: Box): number {
  return new ByteReader(view, from + 4).number(view.getUint8(from) === 0 ? 2 : 4);
}

function readTypes(view: DataView, entries: Box[]): Map<number, string> {
  const types = new Map<number, string>();
  for (const { name, from } of entries) {
    const version = view.getUint8(from);
    if (name !== "infe" || version < 2) continue;
    const reader = new ByteReader(view, from + 4);
    const id = reader.number(version === 2 ? 2 : 4);
    reader.number(2); // protection
    types.set(id, reader.text(4));
  }
  return types;
}

/** Reads where each item's data is. Items in several extents or in other files are left out. */
function readPlaces(view: DataView, iloc: Box, idat: Box | undefined): Map<number, Extent> {
  const version = view.getUint8(iloc.from);
  const reader = new ByteReader(view, iloc.from + 4);
  const sizes = reader.number(1);
  const [offsetBytes, lengthBytes] = [sizes >> 4, sizes & 15];
  const more = reader.number(1);
  const [baseBytes, indexBytes] = [more >> 4, version === 0 ? 0 : more & 15];
  const places = new Map<number, Extent>();
  const count = bounded(reader.number(version < 2 ? 2 : 4));
  for (let i = 0; i < count; i++) {
    const id = reader.number(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : reader.number(2) & 15;
    const source = reader.number(2);
    const base = reader.number(baseBytes);
    const extents = bounded(reader.number(2));
    for (let k = 0; k < extents; k++) {
      reader.number(indexBytes);
      const from = base + reader.number(offsetBytes) + (method === 1 ? idat?.from ?? Infinity : 0);
      const to = from + reader.number(lengthBytes);
      const isInside = method <= 1 && source === 0 && to <= view.byteLength && from < to;
      if (extents === 1 && isInside) places.set(id, { from, to });
    }
  }
  return places;
}

/** Reads a grid's own data: its rows, columns and size. */
function readShape(view: DataView, place: Extent | undefined) {
  if (!place) return null;
  const reader = new ByteReader(view, place.from);
  reader.number(1); // version
  const bytes = (reader.number(1) & 1) === 1 ? 4 : 2;
  const [rows, columns] = [reader.number(1) + 1, reader.number(1) + 1];
  return { rows, columns, width: reader.number(bytes), height: reader.number(bytes) };
}

/** Checks that the tiles cover the picture, with none of them wholly outside. */
function isCovered(
  { rows, columns, width, height }: Size & { rows: number; columns: number },
  tile: Size,
) {
  return width > tile.width * (columns - 1) && width <= tile.width * columns &&
    height > tile.height * (rows - 1) && height <= tile.height * rows;
}

interface Reference {
  type: string;
  from: number;
  to: number[];
}

function readReferences(view: DataView, iref: Box, boxes: Box[]): Reference[] {
  const bytes = view.getUint8(iref.from) === 0 ? 2 : 4;
  return boxes.map(({ name, from: at }) => {
    const reader = new ByteReader(view, at);
    const from = reader.number(bytes);
    const count = bounded(reader.number(2));
    return { type: name, from, to: Array.from({ length: count }, () => reader.number(bytes)) };
  });
}

/** Reads the properties of each item, with the bit for essential ones moved to bit 15. */
function readAssociations(view: DataView, ipma: Box): Map<number, number[]> {
  const reader = new ByteReader(view, ipma.from);
  const idBytes = reader.number(1) === 0 ? 2 : 4;
  const isWide = (reader.number(3) & 1) === 1;
  const found = new Map<number, number[]>();
  const count = bounded(reader.number(4));
  for (let i = 0; i < count; i++) {
    const id = reader.number(idBytes);
    found.set(
      id,
      Array.from({ length: reader.number(1) }, () => {
        if (isWide) return reader.number(2);
        const one = reader.number(1);
        return (one & 0x80) << 8 | one & 0x7f;
      }),
    );
  }
  return found;
}

function bounded(count: number): number {
  if (count > MAX_COUNT) throw new RangeError("more than any photo has");
  return count;
}

/** Compositions of EXIF orientations: `TURNED[o]` is orientation o followed by a quarter turn counter-clockwise. */
const TURNED = [0, 8, 5, 6, 7, 4, 1, 2, 3];
/** Orientation o followed by a flip of left and right. */
const FLIPPED = [0, 2, 1, 4, 3, 6, 5, 8, 7];

/** Expresses a picture's transformations, which apply in their order, as one EXIF orientation. */
function orientationOf(view: DataView, boxes: (Box | undefined)[]): number {
  let orientation = 1;
  for (const box of boxes) {
    if (box?.name === "irot") {
      for (let turns = view.getUint8(box.from) & 3; turns > 0; turns--) {
        orientation = TURNED[orientation];
      }
    } else if (box?.name === "imir") {
      orientation = FLIPPED[orientation];
      // Axis 0 flips top and bottom, which is a flip of left and right and half a turn.
      if ((view.getUint8(box.from) & 1) === 0) orientation = TURNED[TURNED[orientation]];
    }
  }
  return orientation;
}
