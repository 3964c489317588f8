import { type Box, boxesIn, contentOf, primaryOf, readMeta, typeAt } from "./heic_boxes.ts";

/** Facts about a HEIC's primary image that a decoder does not return with the pixels. */
export interface HeicFacts {
  /** The ICC profile; `null` if there is none. */
  profile: Uint8Array<ArrayBuffer> | null;
  /** The colour space by its code points of ITU-T H.273; `null` if the file does not say it. */
  codePoints: { primaries: number; transfer: number } | null;
  /** Width and height, upright; `null` if the file does not say it, or crops the image. */
  size: [width: number, height: number] | null;
  /** The file with the primary image as its only visible one, for decoders that take the first one. */
  file: Blob;
}

/**
 * Reads the properties of a HEIC's primary image from its `meta` box (ISO/IEC 23008-12).
 *
 * @returns The facts; `null` if the file's boxes are damaged.
 */
export async function readHeicFacts(photo: Blob): Promise<HeicFacts | null> {
  try {
    const meta = await readMeta(photo);
    const boxes = boxesIn(meta?.data);
    const primary = primaryOf(boxes);
    if (!meta || primary === null) return null;
    const facts = factsOf(boxes, primary);
    hideOthers(contentOf(boxes, "iinf"), primary);
    const rest = photo.slice(meta.at + meta.data.byteLength);
    return { ...facts, file: new Blob([photo.slice(0, meta.at), meta.data, rest]) };
  } catch (error) {
    if (error instanceof RangeError) return null; // a box that ends beyond the bytes
    throw error;
  }
}

function factsOf(meta: Box[], item: number): Omit<HeicFacts, "file"> {
  const properties = boxesIn(contentOf(meta, "iprp"));
  const list = boxesIn(contentOf(properties, "ipco"));
  const associations = properties.filter(({ type }) => type === "ipma");
  const propertiesOf = (item: number) =>
    associations.flatMap(({ data }) => indicesOf(data, item))
      .flatMap((index) => list[index - 1] ?? []);
  const own = propertiesOf(item);
  const references = contentOf(meta, "iref");
  const isColor = ({ type }: Box) => type === "colr";
  // The colours of a grid may be those of its tiles.
  const tile = own.some(isColor) || !references ? null : firstTile(references, item);
  const colors = (tile === null ? own : propertiesOf(tile)).filter(isColor);
  return { ...colorsOf(colors), size: uprightSize(own) };
}

function colorsOf(colors: Box[]): Pick<HeicFacts, "profile" | "codePoints"> {
  const ofKind = (kinds: string[]) => colors.find(({ data }) => kinds.includes(typeAt(data, 0)));
  const icc = ofKind(["prof", "rICC"])?.data;
  const nclx = ofKind(["nclx"])?.data;
  return {
    profile: icc
      ? new Uint8Array(icc.buffer, icc.byteOffset + 4, icc.byteLength - 4).slice()
      : null,
    codePoints: nclx ? { primaries: nclx.getUint16(4), transfer: nclx.getUint16(6) } : null,
  };
}

/** Returns the size after rotations; mirroring keeps it. */
function uprightSize(properties: Box[]): HeicFacts["size"] {
  const extent = contentOf(properties, "ispe");
  if (!extent || contentOf(properties, "clap")) return null;
  const size: [number, number] = [extent.getUint32(4), extent.getUint32(8)];
  const turns = properties.filter(({ type, data }) => type === "irot" && data.getUint8(0) & 1);
  return turns.length % 2 === 1 ? [size[1], size[0]] : size;
}

/** Returns the numbers, from 1, of an item's properties in `ipco`, from an `ipma` box. */
function indicesOf(data: DataView, item: number): number[] {
  const isWide = data.getUint8(0) > 0;
  const bytes = (data.getUint8(3) & 1) + 1;
  let at = 8;
  for (let entries = data.getUint32(4); entries > 0; entries--) {
    const id = isWide ? data.getUint32(at) : data.getUint16(at);
    at += isWide ? 4 : 2;
    const count = data.getUint8(at++);
    if (id === item) {
      const numbers = Array.from({ length: count }, (_, i) => at + i * bytes);
      return bytes === 1
        ? numbers.map((at) => data.getUint8(at) & 0x7f)
        : numbers.map((at) => data.getUint16(at) & 0x7fff);
    }
    at += count * bytes;
  }
  return [];
}

/** Returns the first item that a derived image, such as a grid, is composed of; `null` if it is not derived. */
function firstTile(references: DataView<ArrayBuffer>, item: number): number | null {
  const isWide = references.getUint8(0) > 0;
  // A reference holds the item's id, a 16-bit count, and the ids that it refers to.
  for (const { type, data } of boxesIn(references, 4)) {
    const id = isWide ? data.getUint32(0) : data.getUint16(0);
    if (type === "dimg" && id === item) return isWide ? data.getUint32(6) : data.getUint16(4);
  }
  return null;
}

/** Marks every item but one as hidden, in the `infe` boxes of `iinf`. The parts of an image may be hidden. */
function hideOthers(items: DataView<ArrayBuffer> | undefined, primary: number): void {
  const start = items?.getUint8(0) === 0 ? 6 : 8; // after version, flags and count
  for (const { data } of boxesIn(items, start)) {
    const id = data.getUint8(0) < 3 ? data.getUint16(4) : data.getUint32(4);
    if (id !== primary) data.setUint8(3, data.getUint8(3) | 1);
  }
}
