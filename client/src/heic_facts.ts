/** Facts about a HEIC's primary image that a decoder does not return with the pixels. */
export interface HeicFacts {
  /** The ICC profile; `null` if there is none. */
  profile: Uint8Array<ArrayBuffer> | null;
  /** The colour space by its code points of ITU-T H.273; `null` if the file does not say it. */
  codePoints: { primaries: number; transfer: number } | null;
  /** Width and height, upright; `null` if the file does not say it, or crops the image. */
  size: [width: number, height: number] | null;
}

interface Box {
  type: string;
  /** The content, without the box's header. */
  data: DataView<ArrayBuffer>;
}

/** Bound on the bytes that are read to find the primary image's properties. */
const MAX_META_BYTES = 4_194_304;
const HEADER_BYTES = 16;

/**
 * Reads the properties of a HEIC's primary image from its `meta` box (ISO/IEC 23008-12).
 *
 * @returns The facts; `null` if the file has no valid `meta` box.
 */
export async function readHeicFacts(photo: Blob): Promise<HeicFacts | null> {
  try {
    const meta = await findMeta(photo);
    return meta && factsOf(meta);
  } catch (error) {
    if (error instanceof RangeError) return null; // a box that ends beyond the bytes
    throw error;
  }
}

/** Finds the content of the `meta` box among the file's top-level boxes. */
async function findMeta(photo: Blob): Promise<DataView<ArrayBuffer> | null> {
  const view = async (from: number, to: number) =>
    new DataView(await photo.slice(from, to).arrayBuffer());
  const head = new Uint8Array(await photo.slice(0, 2 * HEADER_BYTES).arrayBuffer());
  // A few bytes may precede the file.
  let at = String.fromCharCode(...head).indexOf("ftyp") - 4;
  while (at >= 0 && at + 8 <= photo.size) {
    const header = await view(at, at + HEADER_BYTES);
    const { start, length } = sizeOf(header, 0, photo.size - at);
    if (typeAt(header, 4) === "meta") {
      if (length > MAX_META_BYTES) return null;
      return await view(at + start + 4, at + length); // after version and flags
    }
    at += length;
  }
  return null;
}

function factsOf(meta: DataView<ArrayBuffer>): HeicFacts | null {
  const boxes = boxesIn(meta);
  const primary = boxes.find(({ type }) => type === "pitm")?.data;
  const properties = boxesIn(boxes.find(({ type }) => type === "iprp")?.data);
  const list = boxesIn(properties.find(({ type }) => type === "ipco")?.data);
  const associations = properties.filter(({ type }) => type === "ipma");
  if (!primary) return null;
  const item = primary.getUint8(0) === 0 ? primary.getUint16(4) : primary.getUint32(4);
  const propertiesOf = (item: number) =>
    associations.flatMap(({ data }) => indicesOf(data, item))
      .flatMap((index) => list[index - 1] ?? []);
  const own = propertiesOf(item);
  const references = boxes.find(({ type }) => type === "iref")?.data;
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
    profile: icc ? bytesFrom(icc, 4) : null,
    codePoints: nclx ? { primaries: nclx.getUint16(4), transfer: nclx.getUint16(6) } : null,
  };
}

/** Returns the size after rotations; mirroring keeps it. */
function uprightSize(properties: Box[]): HeicFacts["size"] {
  const extent = properties.find(({ type }) => type === "ispe")?.data;
  if (!extent || properties.some(({ type }) => type === "clap")) return null;
  const size: [number, number] = [extent.getUint32(4), extent.getUint32(8)];
  const turns = properties.filter(({ type, data }) => type === "irot" && data.getUint8(0) & 1);
  return turns.length % 2 === 1 ? [size[1], size[0]] : size;
}

/** Returns the numbers, from 1, of an item's properties in `ipco`, from an `ipma` box. */
function indicesOf(data: DataView, item: number): number[] {
  const isWide = data.getUint8(0) > 0;
  const isLarge = (data.getUint8(3) & 1) === 1;
  let at = 8;
  for (let entries = data.getUint32(4); entries > 0; entries--) {
    const id = isWide ? data.getUint32(at) : data.getUint16(at);
    at += isWide ? 4 : 2;
    const count = data.getUint8(at++);
    const bytes = isLarge ? 2 : 1;
    if (id === item) {
      return Array.from(
        { length: count },
        (_, i) => isLarge ? data.getUint16(at + 2 * i) & 0x7fff : data.getUint8(at + i) & 0x7f,
      );
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

/** Lists the boxes within a box. */
function boxesIn(view: DataView<ArrayBuffer> | undefined, from = 0): Box[] {
  const boxes: Box[] = [];
  for (let at = from; view && at + 8 <= view.byteLength;) {
    const { start, length } = sizeOf(view, at, view.byteLength - at);
    const data = new DataView(view.buffer, view.byteOffset + at + start, length - start);
    boxes.push({ type: typeAt(view, at + 4), data });
    at += length;
  }
  return boxes;
}

/** Returns the length of a box and of its header. @throws {RangeError} If the length is invalid. */
function sizeOf(view: DataView, at: number, rest: number): { start: number; length: number } {
  const size = view.getUint32(at);
  const start = size === 1 ? 16 : 8;
  const length = size === 1 ? Number(view.getBigUint64(at + 8)) : size === 0 ? rest : size;
  if (length < start || length > rest) throw new RangeError("A box has an invalid length.");
  return { start, length };
}

function typeAt(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)));
}

/** Copies the bytes, as a profile outlives the file's other boxes. */
function bytesFrom({ buffer, byteOffset, byteLength }: DataView<ArrayBuffer>, at: number) {
  return new Uint8Array(buffer.slice(byteOffset + at, byteOffset + byteLength));
}
