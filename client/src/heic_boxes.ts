/** A box of an ISO base media file (ISO/IEC 14496-12). */
export interface Box {
  type: string;
  /** The content, without the box's header. */
  data: DataView<ArrayBuffer>;
}

/** The `meta` box of a HEIC, which describes its images. */
export interface Meta {
  /** The offset of the content in the file. */
  at: number;
  /** A copy of the content, without version and flags. */
  data: DataView<ArrayBuffer>;
}

/** Bound on the bytes of a `meta` box. Those of phones have a few kilobytes. */
const MAX_META_BYTES = 4_194_304;
const HEADER_BYTES = 16;

/**
 * Finds the `meta` box among a file's top-level boxes.
 *
 * @returns The box; `null` if there is none.
 * @throws {RangeError} If a box has an invalid length.
 */
export async function readMeta(photo: Blob): Promise<Meta | null> {
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
      const content = at + start + 4; // after version and flags
      return { at: content, data: await view(content, at + length) };
    }
    at += length;
  }
  return null;
}

/** Lists the boxes within a box, from an offset on. @throws {RangeError} If a box has an invalid length. */
export function boxesIn(view: DataView<ArrayBuffer> | undefined, from = 0): Box[] {
  const boxes: Box[] = [];
  for (let at = from; view && at + 8 <= view.byteLength;) {
    const { start, length } = sizeOf(view, at, view.byteLength - at);
    const data = new DataView(view.buffer, view.byteOffset + at + start, length - start);
    boxes.push({ type: typeAt(view, at + 4), data });
    at += length;
  }
  return boxes;
}

/** Finds the content of the first box of a type. */
export function contentOf(boxes: Box[], wanted: string): DataView<ArrayBuffer> | undefined {
  return boxes.find(({ type }) => type === wanted)?.data;
}

/** Reads four characters. */
export function typeAt(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)));
}

/** Returns the number of the primary image; `null` if the file does not name it. */
export function primaryOf(meta: Box[]): number | null {
  const primary = contentOf(meta, "pitm");
  if (!primary) return null;
  return primary.getUint8(0) === 0 ? primary.getUint16(4) : primary.getUint32(4);
}

/** Returns the length of a box and of its header. @throws {RangeError} If the length is invalid. */
function sizeOf(view: DataView, at: number, rest: number): { start: number; length: number } {
  const size = view.getUint32(at);
  const start = size === 1 ? 16 : 8;
  const length = size === 1 ? Number(view.getBigUint64(at + 8)) : size === 0 ? rest : size;
  if (length < start || length > rest) throw new RangeError("A box has an invalid length.");
  return { start, length };
}
