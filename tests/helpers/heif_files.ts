import { box, ispe } from "./bombs.ts";
import { concat, latin1, u16, u32 } from "./bytes.ts";

/** An item of a HEIC or AVIF: a coded picture, one that is derived from others, or metadata. */
export interface HeifItem {
  /** `hvc1`, `av01`, `grid`, `tmap`, `Exif`, `mime`, ... */
  type: string;
  data: Uint8Array;
  /** The boxes of its properties, such as `ispe`. @default none */
  properties?: Uint8Array[];
  /** Whether the item is only a part of others. @default false */
  isHidden?: boolean;
}

/** A file for {@linkcode heifOf}. Items are numbered from 1. */
export interface HeifParts {
  /** The major brand, then the compatible ones. @default heic, mif1, heic */
  brands?: string[];
  items: HeifItem[];
  /** The number of the primary item. @default 1 */
  primary?: number;
  /** References from an item to others: `dimg`, `thmb`, `auxl`, `cdsc`. */
  references?: [type: string, from: number, to: number[]][];
  /** Groups of items: `altr`, `ster`. */
  groups?: [type: string, items: number[]][];
  /** Boxes behind the pictures. */
  behind?: Uint8Array;
}

/** Items whose data is in the metadata itself, as phones write them. */
const DERIVED = new Set(["grid", "tmap", "iden"]);

/** Properties that a reader must understand. */
const ESSENTIAL = new Set(["hvcC", "av1C", "irot", "imir", "clap"]);

/** Writes a HEIC or AVIF of its items, references and groups (ISO/IEC 23008-12). */
export function heifOf(
  { brands = ["heic", "mif1", "heic"], items, primary = 1, ...parts }: HeifParts,
): Uint8Array<ArrayBuffer> {
  const [major, ...compatible] = brands;
  const ftyp = box("ftyp", latin1(major), u32(0), ...compatible.map(latin1));
  const { references = [], groups = [], behind = new Uint8Array() } = parts;
  const derived = items.filter(({ type }) => DERIVED.has(type)).map(({ data }) => data);
  const boxes = (mdatAt: number) => [
    box("hdlr", u32(0), u32(0), latin1("pict"), new Uint8Array(13)),
    box("pitm", u32(0), u16(primary)),
    locations(items, mdatAt),
    box("iinf", u32(0), u16(items.length), ...items.map(entry)),
    ...(references.length === 0 ? [] : [
      box(
        "iref",
        u32(0),
        ...references.map(([type, from, to]) =>
          box(type, u16(from), u16(to.length), ...to.map(u16))
        ),
      ),
    ]),
    properties(items),
    ...(derived.length === 0 ? [] : [box("idat", ...derived)]),
    ...(groups.length === 0 ? [] : [
      box(
        "grpl",
        ...groups.map(([type, ids], i) =>
          box(type, u32(0), u32(1_000 + i), u32(ids.length), ...ids.map(u32))
        ),
      ),
    ]),
  ];
  const meta = (mdatAt: number) => box("meta", u32(0), ...boxes(mdatAt));
  const mdatAt = ftyp.length + meta(0).length + 8;
  const coded = items.filter(({ type }) => !DERIVED.has(type)).map(({ data }) => data);
  return concat(ftyp, meta(mdatAt), box("mdat", ...coded), behind);
}

/** Offsets from the file's start, or from that of `idat` for derived items. */
function locations(items: HeifItem[], mdatAt: number): Uint8Array {
  let inFile = mdatAt;
  let inMeta = 0;
  const all = items.map(({ type, data }, i) => {
    const isDerived = DERIVED.has(type);
    const at = isDerived ? inMeta : inFile;
    if (isDerived) inMeta += data.length;
    else inFile += data.length;
    return concat(u16(i + 1), u16(isDerived ? 1 : 0), u16(0), u16(1), u32(at), u32(data.length));
  });
  return box("iloc", [1, 0, 0, 0, 0x44, 0], u16(items.length), ...all);
}

function entry({ type, isHidden = false }: HeifItem, i: number): Uint8Array {
  const contentType = type === "mime" ? latin1("application/rdf+xml\0") : new Uint8Array();
  const head = [2, 0, 0, isHidden ? 1 : 0];
  return box("infe", head, u16(i + 1), u16(0), latin1(type), [0], contentType);
}

function properties(items: HeifItem[]): Uint8Array {
  const all = items.flatMap(({ properties = [] }) => properties);
  let next = 1;
  const associations = items.flatMap(({ properties = [] }, i) => {
    if (properties.length === 0) return [];
    const own = properties.map((one) => {
      const name = String.fromCharCode(...one.subarray(4, 8));
      return next++ | (ESSENTIAL.has(name) ? 0x80 : 0);
    });
    return [concat(u16(i + 1), [own.length], own)];
  });
  if (next > 128) throw new RangeError("More properties than seven bits count.");
  return box(
    "iprp",
    box("ipco", ...all),
    box("ipma", u32(0), u32(associations.length), ...associations),
  );
}

/** Takes the coded picture out of a HEIC or AVIF of one item, as heif-enc writes it, with its properties. */
export function codedItem(file: Uint8Array): HeifItem {
  const all = boxesOf(file);
  const meta = boxesOf(all.find(({ name }) => name === "meta")!.data.subarray(4));
  const inside = (name: string) => meta.find((one) => one.name === name)!.data;
  const type = String.fromCharCode(...boxesOf(inside("iinf").subarray(6))[0].data.subarray(8, 12));
  const ipco = boxesOf(boxesOf(inside("iprp")).find(({ name }) => name === "ipco")!.data);
  return {
    type,
    data: all.find(({ name }) => name === "mdat")!.data,
    properties: ipco.map(({ name, data }) => box(name, data)),
  };
}

function boxesOf(bytes: Uint8Array): { name: string; data: Uint8Array }[] {
  const found = [];
  for (let at = 0; at < bytes.length;) {
    const length = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    found.push({ name, data: bytes.subarray(at + 8, at + length) });
    at += length;
  }
  return found;
}

/** Rotates the picture counter-clockwise by quarter turns. */
export const irot = (quarterTurns: number) => box("irot", [quarterTurns]);

/** Mirrors the picture: 0 exchanges top and bottom, 1 exchanges left and right. */
export const imir = (axis: 0 | 1) => box("imir", [axis]);

/** Says what an auxiliary picture is for. */
export const auxC = (urn: string) => box("auxC", u32(0), latin1(`${urn}\0`));

/** The colours by their code points: primaries (1 BT.709, 12 Display P3), transfer (13 sRGB, 16 PQ), matrix 6. */
export const nclx = (primaries: number, transfer = 13) =>
  box("colr", latin1("nclx"), u16(primaries), u16(transfer), u16(6), [0x80]);

/** A grid of tiles of 64 x 64 pixels, row by row. */
export function gridItem(rows: number, columns: number, width: number, height: number): HeifItem {
  return {
    type: "grid",
    data: concat([0, 0, rows - 1, columns - 1], u16(width), u16(height)),
    properties: [ispe(width, height)],
  };
}

/** The tone-mapped picture of a base and a gain map, as iOS 18 adds it (ISO 21496-1). */
export function toneMapItem(width: number, height: number): HeifItem {
  return { type: "tmap", data: new Uint8Array(62), properties: [ispe(width, height)] };
}

/** EXIF data, with the offset that precedes it in a HEIC. */
export function exifItem(exif: Uint8Array): HeifItem {
  return { type: "Exif", data: concat(u32(6), exif) };
}
