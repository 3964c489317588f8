import { deflateSync } from "node:zlib";
import { concat, latin1, le16, le32, u16, u32 } from "./bytes.ts";
import { pngOf } from "./png_files.ts";
import { greyGif, greyTiff, pngChunk } from "./tiny_files.ts";

/** Repeats bytes. */
function repeated(bytes: Uint8Array, count: number): Uint8Array {
  const all = new Uint8Array(bytes.length * count);
  for (let i = 0; i < count; i++) all.set(bytes, i * bytes.length);
  return all;
}

/** Compresses zeros, to a thousandth of their length. */
function zeros(bytes: number): Uint8Array {
  return deflateSync(new Uint8Array(bytes), { level: 9 });
}

/** A grey PNG of 64 x 64 with further chunks. */
export function pngWith(extra: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return pngOf({ width: 64, height: 64, rows: new Uint8Array(64 * 65), extra });
}

/** A PNG with chunks of one kind, each of which inflates to a given number of bytes. */
export function pngInflating(
  name: "zTXt" | "iTXt" | "iCCP",
  count: number,
  bytes: number,
): Uint8Array<ArrayBuffer> {
  const data = zeros(bytes);
  return pngWith(Array.from({ length: count }, (_, i) => {
    const key = latin1(`key ${i}\0`);
    return pngChunk(
      name,
      name === "iTXt" ? concat(key, [1, 0, 0, 0], data) : concat(key, [0], data),
    );
  }));
}

/** A PNG whose rows inflate to far more than its size needs. */
export function pngTooLong(bytes: number, side = 64): Uint8Array<ArrayBuffer> {
  return pngOf({ width: side, height: side, zlib: zeros(bytes) });
}

/** A GIF with a number of frames of 8 x 8. */
export function gifOfFrames(count: number): Uint8Array<ArrayBuffer> {
  return greyGif(Array.from({ length: count }, (_, i) => i % 64));
}

/** A GIF whose one frame is larger than its screen. */
export function gifWithFrame(width: number, height: number): Uint8Array<ArrayBuffer> {
  const file = greyGif([10]);
  const at = file.indexOf(0x2c, 13 + 3 * 64);
  file.set([...le16(width), ...le16(height)], at + 5);
  return file;
}

/** A TIFF with a number of pages of 8 x 8. */
export function tiffOfPages(count: number): Uint8Array<ArrayBuffer> {
  return greyTiff(Array.from({ length: count }, (_, i) => i % 256));
}

/** A TIFF whose only page refers to itself as the next page. */
export function tiffLoop(): Uint8Array<ArrayBuffer> {
  const file = greyTiff([100]);
  new DataView(file.buffer).setUint32(file.length - 4, 8 + 64, true);
  return file;
}

/** A TIFF of one page with a tag that has a given number of values. */
export function tiffTag(
  tag: number,
  type: number,
  count: number,
  value: number,
): Uint8Array<ArrayBuffer> {
  const tags = [
    [256, 4, 1, 8],
    [257, 4, 1, 8],
    [258, 4, 1, 8],
    [259, 4, 1, 1],
    [262, 4, 1, 1],
    [
      273,
      4,
      1,
      8,
    ],
    [278, 4, 1, 8],
    [279, 4, 1, 64],
  ].filter(([one]) => one !== tag);
  const all = [...tags, [tag, type, count, value]].sort((a, b) => a[0] - b[0]);
  const entries = all.map(([one, kind, n, to]) => concat(le16(one), le16(kind), le32(n), le32(to)));
  return concat(
    latin1("II*\0"),
    le32(8 + 64),
    new Uint8Array(64),
    le16(entries.length),
    ...entries,
    le32(0),
  );
}

/** A run-length encoded BMP of a given size with almost no data. */
export function bmpRle(width: number, height: number): Uint8Array<ArrayBuffer> {
  const palette = new Uint8Array(256 * 4);
  const data = [255, 7, 0, 0, 0, 1];
  const header = concat(
    ...[le32(40), le32(width), le32(height), le16(1), le16(8), le32(1), le32(data.length)],
    ...[le32(0), le32(0), le32(256), le32(0)],
  );
  const offset = 14 + header.length + palette.length;
  return concat(
    latin1("BM"),
    le32(offset + data.length),
    le32(0),
    le32(offset),
    header,
    palette,
    data,
  );
}

/** A frame of an animated WebP. `vp8` or `vp8l` is its chunk's data; x and y are even and default to the corner. */
export interface WebpFrame {
  width: number;
  height: number;
  vp8?: Uint8Array;
  vp8l?: Uint8Array;
  x?: number;
  y?: number;
}

/** An animated WebP with a canvas of a given size and a number of copies of a frame. */
export function webpAnimation(
  canvas: { width: number; height: number },
  frame: WebpFrame,
  count: number,
): Uint8Array<ArrayBuffer> {
  const le24 = (value: number) => le32(value).slice(0, 3);
  const size = ({ width, height }: { width: number; height: number }) => [
    ...le24(width - 1),
    ...le24(height - 1),
  ];
  const { x = 0, y = 0, vp8, vp8l } = frame;
  const picture = vp8 ? riffChunk("VP8 ", vp8) : riffChunk("VP8L", vp8l!);
  const anmf = riffChunk(
    "ANMF",
    concat([...le24(x / 2), ...le24(y / 2)], size(frame), [...le24(10), 0], picture),
  );
  const body = concat(
    latin1("WEBP"),
    riffChunk("VP8X", concat([2, 0, 0, 0], size(canvas))),
    riffChunk("ANIM", concat(le32(0), le16(0))),
    repeated(anmf, count),
  );
  return concat(latin1("RIFF"), le32(body.length), body);
}

/** A chunk of a RIFF file. */
export function riffChunk(name: string, data: Uint8Array): Uint8Array {
  return concat(latin1(name), le32(data.length), data, new Uint8Array(data.length % 2));
}

/** A box of an ISO base media file. */
export function box(name: string, ...contents: (Uint8Array | number[])[]): Uint8Array {
  const data = concat(...contents);
  return concat(u32(data.length + 8), latin1(name), data);
}

/** A HEIC or AVIF with many boxes and no picture: one property, and a number of copies of another. */
export function heifOfBoxes(
  brand: "heic" | "avif",
  property: Uint8Array,
  other: Uint8Array = new Uint8Array(),
  count = 0,
): Uint8Array<ArrayBuffer> {
  return concat(
    box("ftyp", latin1(brand), u32(0), latin1("mif1"), latin1(brand)),
    box("meta", u32(0), box("iprp", box("ipco", property, repeated(other, count)))),
  );
}

/** The box that states a picture's size. */
export function ispe(width: number, height: number): Uint8Array {
  return box("ispe", u32(0), u32(width), u32(height));
}

/** Inserts segments after a JPEG's first two bytes. */
export function jpegWith(
  jpeg: Uint8Array,
  marker: number,
  data: Uint8Array,
  count = 1,
): Uint8Array<ArrayBuffer> {
  const segment = concat([0xff, marker], u16(data.length + 2), data);
  return concat(jpeg.subarray(0, 2), repeated(segment, count), jpeg.subarray(2));
}

/** Repeats a JPEG's last scan. */
export function jpegOfScans(progressive: Uint8Array, times: number): Uint8Array<ArrayBuffer> {
  const end = progressive.length - 2;
  let scan = end;
  do scan = progressive.lastIndexOf(0xda, scan - 1); while (progressive[scan - 1] !== 0xff);
  const last = progressive.subarray(scan - 1, end);
  return concat(
    progressive.subarray(0, end),
    repeated(last, times),
    progressive.subarray(end),
  );
}
