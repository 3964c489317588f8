import { concat, latin1, le16, le32 } from "./bytes.ts";

/** The parts of a TIFF for {@linkcode rawTiff}. */
export interface RawTiff {
  width: number;
  height: number;
  /** Samples of a pixel. */
  samples: number;
  /** Bits of a sample. @default 8 */
  bits?: number;
  /** The colour model's number. @default 2, which is RGB */
  photometric?: number;
  /** The compression's number; the data is written as given. @default 1, which is none */
  compression?: number;
  /** The sample format's number. @default 1, which is unsigned */
  format?: number;
  /** Side of square tiles, in pixels; unset: one strip. */
  tile?: number;
  /** The strip's or each tile's data. @default zeros, as many as an uncompressed strip takes */
  data?: Uint8Array;
  /** Length of the zeros, in bytes. */
  bytes?: number;
  /** The number of times that the same tile is listed. @default 1 */
  tiles?: number;
}

/** Makes a little-endian TIFF of one page from its parts. */
export function rawTiff(
  { width, height, samples, bits = 8, photometric = 2, compression = 1, format = 1, tile, ...rest }:
    RawTiff,
): Uint8Array<ArrayBuffer> {
  const { bytes = Math.ceil(width * samples * bits / 8) * height, tiles = 1 } = rest;
  const data = rest.data ?? new Uint8Array(bytes);
  const each = (values: number, value: number) => concat(...Array(values).fill(le16(value)));
  const arrays = [each(samples, bits), each(samples, format)];
  const listed = (value: number) => concat(...Array(tiles).fill(le32(value)));
  const blocks = [data, ...arrays, listed(8), listed(data.length)];
  const places: number[] = [];
  let at = 8;
  for (const block of blocks) {
    places.push(at);
    at += block.length + block.length % 2;
  }
  const short = (values: number, value: number, place: number) =>
    values <= 2 ? value * (values === 2 ? 0x1_0001 : 1) : place;
  const long = (value: number, place: number) => tiles === 1 ? value : place;
  const [offsets, counts] = tile ? [324, 325] : [273, 279];
  const tags: [tag: number, type: number, count: number, value: number][] = [
    [256, 4, 1, width],
    [257, 4, 1, height],
    [258, 3, samples, short(samples, bits, places[1])],
    [259, 3, 1, compression],
    [262, 3, 1, photometric],
    [277, 3, 1, samples],
    [339, 3, samples, short(samples, format, places[2])],
    [offsets, 4, tiles, long(8, places[3])],
    [counts, 4, tiles, long(data.length, places[4])],
    ...(tile
      ? [[322, 4, 1, tile], [323, 4, 1, tile]] as [number, number, number, number][]
      : [[278, 4, 1, height]] as [number, number, number, number][]),
  ];
  tags.sort((a, b) => a[0] - b[0]);
  const padded = blocks.map((block) => concat(block, new Uint8Array(block.length % 2)));
  return concat(
    latin1("II*\0"),
    le32(at),
    ...padded,
    le16(tags.length),
    ...tags.map(([tag, type, count, value]) =>
      concat(le16(tag), le16(type), le32(count), le32(value))
    ),
    le32(0),
  );
}
