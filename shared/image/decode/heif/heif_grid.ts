import { type Box, isoBoxes } from "../iso_boxes.ts";
import type { Size } from "../../raster.ts";
import { alphasOf, INDEX, readHeifItems } from "../heif_items.ts";
import { ByteReader } from "./byte_reader.ts";

/** A range of bytes of the file. */
export interface Extent {
  from: number;
  to: number;
}

/** A tile of a grid: its encoded picture and its properties. */
export interface HeifTile {
  data: Extent;
  /** The associations of properties, as in `HeifItems`. */
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
    return readGrid(bytes, view);
  } catch (error) {
    if (error instanceof RangeError) return null; // a number points beyond the file, or counts too many
    throw error;
  }
}

function readGrid(bytes: Uint8Array, view: DataView): HeifGrid | null {
  const left = { boxes: MAX_COUNT };
  const top = isoBoxes(view, 0, view.byteLength, left);
  const [ftyp, metaBox] = [named(top, "ftyp"), named(top, "meta")];
  if (!ftyp || !metaBox) return null;
  const meta = isoBoxes(view, metaBox.from + 4, metaBox.to, left);
  const [hdlr, iloc] = [named(meta, "hdlr"), named(meta, "iloc")];
  const items = readHeifItems(bytes);
  const { primary, types, references, sizes, properties: boxes, associations } = items;
  if (!hdlr || !iloc || primary === undefined || types.get(primary)?.type !== "grid") return null;
  const places = readPlaces(view, iloc, named(meta, "idat"));
  const shape = readShape(view, places.get(primary));
  const parts = references.find(({ type, from }) => type === "dimg" && from === primary)?.to;
  const hasAlpha = alphasOf(items, primary).length > 0;
  if (!shape || parts?.length !== shape.rows * shape.columns || hasAlpha) return null;

  const kinds = new Set(parts.map((part) => types.get(part)?.type));
  const [type] = kinds;
  if (kinds.size !== 1 || type === undefined || !TILE_TYPES.has(type)) return null;
  const tiles: HeifTile[] = [];
  let tile: Size | undefined;
  for (const part of parts) {
    const data = places.get(part);
    const own = associations.get(part);
    const size = sizes.get(part);
    if (!data || !own || !size) return null;
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

function named(boxes: Box[], name: string): Box | undefined {
  return boxes.find((box) => box.name === name);
}

/** The range of a box with its header of 8 or 16 bytes. */
function whole(view: DataView, { from, to }: Box): Extent {
  const isShort = from < 16 || view.getUint32(from - 16) !== 1;
  return { from: from - (isShort ? 8 : 16), to };
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
