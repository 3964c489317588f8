import type { Size } from "../raster.ts";
import { ByteReader } from "./heif/byte_reader.ts";
import { type Box, isoBoxes } from "./iso_boxes.ts";

/** Stops files of millions of boxes, items or references. A phone's file holds a few hundred, most of them for tiles. */
const MAX_COUNT = 4_096;

/**
 * Stops files whose items refer to thousands of others each, or have hundreds of properties. A photo of 200 megapixels has
 * 800 tiles, to which it refers once, and which have up to six properties each.
 */
const MAX_LINKS = 32_768;

/** The names of alpha channels in auxiliary pictures: of AVC, of HEVC, of all codecs. */
const ALPHA = new Set([
  "urn:mpeg:avc:2015:auxid:1",
  "urn:mpeg:hevc:2015:auxid:1",
  "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
]);

/** The longest of {@linkcode ALPHA}, in characters. */
const MAX_URN = 43;

/** A reference from an item to others. */
export interface HeifReference {
  /** `dimg` to the parts of a composed picture, `auxl` to the picture of an auxiliary one, `thmb`, `cdsc`, ... */
  type: string;
  /** Offset of the type in the file. */
  typeAt: number;
  from: number;
  to: number[];
}

/** The items of a HEIC or AVIF, by their ids. */
export interface HeifItems {
  /** The item that readers show; unset if the file does not say. */
  primary?: number;
  /** The types, and their offsets in the file. */
  types: Map<number, { type: string; at: number }>;
  /** The sizes before rotation. */
  sizes: Map<number, Size>;
  references: HeifReference[];
  /** The auxiliary pictures that are alpha channels. */
  alphas: Set<number>;
  /** The colours that code points name (ISO/IEC 23091-2). */
  colors: Map<number, CodePoints>;
  /** The boxes of the properties, in the order of `ipco`. */
  properties: Box[];
  /** The properties of each item: indices from 1, with bit 15 set for those that a reader has to know. */
  associations: Map<number, number[]>;
}

/** The bits of an association that hold the property's index. */
export const INDEX = 0x7fff;

/** Colours by their code points, from a box `colr` of type `nclx`. */
export interface CodePoints {
  /** 1 BT.709 and sRGB, 9 BT.2020, 12 Display P3. */
  primaries: number;
  /** 1 BT.709, 13 sRGB, 16 PQ, 18 HLG. */
  transfer: number;
}

/**
 * Reads the items of a HEIC or AVIF without their pictures: ISO/IEC 23008-12, boxes `pitm`, `iinf`, `iref`, `iprp`.
 *
 * @param bytes The file.
 * @throws {RangeError} If a box is cut off, or the file has more items than any photo.
 */
export function readHeifItems(bytes: Uint8Array): HeifItems {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const left = { boxes: MAX_COUNT };
  const links = new Links();
  const inside = (box: Box | undefined, skip: number) =>
    box ? isoBoxes(view, box.from + skip, box.to, left) : [];
  const meta = inside(isoBoxes(view, 0, bytes.length, left).find(isNamed("meta")), 4);
  const [iinf, iref, iprp, pitm] = ["iinf", "iref", "iprp", "pitm"].map((name) =>
    meta.find(isNamed(name))
  );
  const properties = inside(iprp, 0);
  const ipco = inside(properties.find(isNamed("ipco")), 0);
  const infe = inside(iinf, iinf && view.getUint8(iinf.from) === 0 ? 6 : 8);
  return {
    ...(pitm && { primary: readPrimary(view, pitm) }),
    types: readTypes(view, infe),
    references: iref ? readReferences(view, iref, inside(iref, 4), links) : [],
    ...readProperties(view, ipco, properties.find(isNamed("ipma")), links),
  };
}

/**
 * Finds the alpha channels of a picture.
 *
 * @param items The file's items.
 * @param picture The picture's id.
 */
export function alphasOf({ references, alphas }: HeifItems, picture: number): number[] {
  return references.filter(({ type, from, to }) =>
    type === "auxl" && alphas.has(from) && to.includes(picture)
  ).map(({ from }) => from);
}

const isNamed = (name: string) => (box: Box) => box.name === name;

/** Counts references and properties, up to {@linkcode MAX_LINKS} of a file. */
class Links {
  #left = MAX_LINKS;
  /** @throws {RangeError} If the file has too many. */
  take(count: number): number {
    this.#left -= count;
    if (this.#left < 0) throw new RangeError("more than any photo has");
    return count;
  }
}

function readPrimary(view: DataView, { from }: Box): number {
  return view.getUint8(from) === 0 ? view.getUint16(from + 4) : view.getUint32(from + 4);
}

function readTypes(view: DataView, entries: Box[]): HeifItems["types"] {
  const types: HeifItems["types"] = new Map();
  for (const { from } of entries) {
    const version = view.getUint8(from);
    if (version < 2) continue; // it has no type
    const idBytes = version === 2 ? 2 : 4;
    const id = new ByteReader(view, from + 4).number(idBytes);
    const at = from + 4 + idBytes + 2;
    types.set(id, { type: textAt(view, at, 4), at });
  }
  return types;
}

/** Reads the properties that each item is associated with. */
function readProperties(
  view: DataView,
  properties: Box[],
  ipma: Box | undefined,
  links: Links,
): Omit<HeifItems, "primary" | "types" | "references"> {
  const sizes: HeifItems["sizes"] = new Map();
  const alphas: HeifItems["alphas"] = new Set();
  const colors: HeifItems["colors"] = new Map();
  const associations: HeifItems["associations"] = new Map();
  const found = { sizes, alphas, colors, properties, associations };
  if (!ipma) return found;
  const reader = new ByteReader(view, ipma.from);
  const idBytes = reader.number(1) >= 1 ? 4 : 2;
  const isWide = (reader.number(3) & 1) === 1;
  const items = links.take(reader.number(4));
  for (let i = 0; i < items; i++) {
    const item = reader.number(idBytes);
    const own: number[] = [];
    associations.set(item, own);
    for (let left = links.take(reader.number(1)); left > 0; left--) {
      const one = isWide ? reader.number(2) : widened(reader.number(1));
      own.push(one);
      const property = properties[(one & INDEX) - 1];
      if (!property) continue;
      const { name, from, to } = property;
      if (name === "ispe") {
        sizes.set(item, { width: view.getUint32(from + 4), height: view.getUint32(from + 8) });
      }
      if (name === "colr" && textAt(view, from, 4) === "nclx") {
        colors.set(item, {
          primaries: view.getUint16(from + 4),
          transfer: view.getUint16(from + 6),
        });
      }
      if (name === "auxC") {
        const text = textAt(view, from + 4, Math.min(MAX_URN, to - from - 4));
        if (ALPHA.has(text.split("\0", 1)[0])) alphas.add(item);
      }
    }
  }
  return found;
}

/** Moves the bit of an association of one byte to its place in two. */
function widened(one: number): number {
  return (one & 0x80) << 8 | one & 0x7f;
}

function readReferences(view: DataView, iref: Box, boxes: Box[], links: Links): HeifReference[] {
  const idBytes = view.getUint8(iref.from) >= 1 ? 4 : 2;
  return boxes.map(({ name, from }) => {
    const reader = new ByteReader(view, from);
    const id = () => reader.number(idBytes);
    const item = id();
    const count = links.take(reader.number(2));
    return { type: name, typeAt: from - 4, from: item, to: Array.from({ length: count }, id) };
  });
}

function textAt(view: DataView, at: number, length: number): string {
  return String.fromCharCode(
    ...Array.from({ length: Math.max(0, length) }, (_, i) => view.getUint8(at + i)),
  );
}
