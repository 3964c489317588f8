import { concat, latin1 } from "./bytes.ts";

/** A field of a TIFF's directory: its tag, its type (1 BYTE, 3 SHORT, 4 LONG, 7 UNDEFINED, 16 LONG8), its values. */
export type TiffField = readonly [tag: number, type: number, values: ArrayLike<number>];

/** The layout of a TIFF. */
export interface TiffLayout {
  /** @default true */
  littleEndian?: boolean;
  /** BigTIFF. @default false */
  big?: boolean;
}

/** Fields of a picture in strips or tiles; the offsets and lengths of the parts are added. */
export interface TiffPicture {
  width: number;
  height: number;
  /** The encoded strips or tiles. */
  parts: readonly Uint8Array[];
  compression?: number;
  photometric?: number;
  bits?: number;
  samples?: number;
  orientation?: number;
  /** Whether each sample has its own plane. */
  planar?: boolean;
  /** Sides of a tile, in pixels; if unset, the picture is in strips. */
  tile?: { width: number; height: number };
  rowsPerStrip?: number;
  /** More fields, which replace those of the same tag. */
  fields?: readonly TiffField[];
}

const BYTES: Record<number, number> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 16: 8 };

/** Writes a TIFF of one picture. */
export function tiffOf(picture: TiffPicture, layout: TiffLayout = {}): Uint8Array<ArrayBuffer> {
  const { width, height, parts, tile, samples = 3, bits = 8, orientation } = picture;
  const [offsetsTag, lengthsTag] = tile ? [324, 325] : [273, 279];
  const own: TiffField[] = [
    [256, 4, [width]],
    [257, 4, [height]],
    [258, 3, new Array(samples).fill(bits)],
    [259, 3, [picture.compression ?? 1]],
    [262, 3, [picture.photometric ?? (samples < 3 ? 1 : samples === 3 ? 2 : 5)]],
    [offsetsTag, 4, parts.map(() => 0)],
    ...(orientation === undefined ? [] : [[274, 3, [orientation]] as TiffField]),
    [277, 3, [samples]],
    ...(tile ? [] : [[278, 4, [picture.rowsPerStrip ?? height]] as TiffField]),
    [lengthsTag, 4, parts.map(({ length }) => length)],
    [284, 3, [picture.planar ? 2 : 1]],
    ...(tile ? [[322, 4, [tile.width]] as TiffField, [323, 4, [tile.height]] as TiffField] : []),
  ];
  const replaced = new Set(picture.fields?.map(([tag]) => tag));
  const fields = [...own.filter(([tag]) => !replaced.has(tag)), ...picture.fields ?? []];
  const at = { header: layout.big ? 16 : 8, parts: [] as number[] };
  let offset = at.header;
  for (const part of parts) {
    at.parts.push(offset);
    offset += part.length + (part.length & 1);
  }
  const padded = parts.map((part) => concat(part, new Array(part.length & 1).fill(0)));
  const placed = fields.map(([tag, type, values]): TiffField =>
    tag === offsetsTag ? [tag, type, at.parts] : [tag, type, values]
  );
  return concat(header(offset, layout), ...padded, directory(placed, offset, layout));
}

function header(directoryAt: number, { littleEndian = true, big = false }: TiffLayout): Uint8Array {
  const order = latin1(littleEndian ? "II" : "MM");
  const number = (value: number, bytes: number) => numbers([value], bytes, littleEndian);
  return big
    ? concat(order, number(43, 2), number(8, 2), number(0, 2), number(directoryAt, 8))
    : concat(order, number(42, 2), number(directoryAt, 4));
}

/** Makes a directory for a position in the file, followed by the values that do not fit into it. */
export function directory(
  fields: readonly TiffField[],
  at: number,
  { littleEndian = true, big = false }: TiffLayout = {},
): Uint8Array<ArrayBuffer> {
  const word = big ? 8 : 4;
  const number = (value: number, bytes: number) => numbers([value], bytes, littleEndian);
  let behind = at + (big ? 8 : 2) + fields.length * (4 + 2 * word) + word;
  const values: Uint8Array[] = [];
  const entries = fields.toSorted(([a], [b]) => a - b).map(([tag, type, list]) => {
    const data = numbers(list, BYTES[type], littleEndian);
    const inside = data.length <= word;
    const value = inside
      ? concat(data, new Array(word - data.length).fill(0))
      : number(behind, word);
    if (!inside) {
      const even = concat(data, new Array(data.length & 1).fill(0));
      values.push(even);
      behind += even.length;
    }
    return concat(number(tag, 2), number(type, 2), number(list.length, word), value);
  });
  return concat(number(fields.length, big ? 8 : 2), ...entries, number(0, word), ...values);
}

function numbers(values: ArrayLike<number>, bytes: number, littleEndian: boolean): Uint8Array {
  if (bytes === 1) return Uint8Array.from(values);
  const view = new DataView(new ArrayBuffer(values.length * bytes));
  Array.from(values).forEach((value, i) => {
    if (bytes === 2) view.setUint16(2 * i, value, littleEndian);
    else if (bytes === 4) view.setUint32(4 * i, value, littleEndian);
    else view.setBigUint64(8 * i, BigInt(value), littleEndian);
  });
  return new Uint8Array(view.buffer);
}
