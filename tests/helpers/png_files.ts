import { deflateSync } from "node:zlib";
import { concat, u32 } from "./bytes.ts";
import { pngChunk } from "./tiny_files.ts";

/** The signature of PNG files. */
export const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The parts of a PNG for {@linkcode pngOf}. */
export interface PngParts {
  width: number;
  height: number;
  /** Bits per sample. @default 8 */
  depth?: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA. @default 0 */
  colorType?: number;
  /** 1 for Adam7. @default 0 */
  interlace?: number;
  /** The rows before compression, each after the number of its filter. */
  rows?: Uint8Array;
  /** The compressed data, instead of rows. */
  zlib?: Uint8Array;
  /** The number of IDAT chunks. Some are empty if there are more chunks than bytes. @default 1 */
  chunks?: number;
  /** Further chunks, before the data. */
  extra?: Uint8Array[];
}

/** Writes a PNG from its parts, whether they are valid or not. */
export function pngOf(parts: PngParts): Uint8Array<ArrayBuffer> {
  const { width, height, depth = 8, colorType = 0, interlace = 0, chunks = 1 } = parts;
  const zlib = parts.zlib ?? deflateSync(parts.rows!);
  const size = Math.ceil(zlib.length / chunks);
  const data = Array.from(
    { length: chunks },
    (_, i) => pngChunk("IDAT", zlib.subarray(i * size, (i + 1) * size)),
  );
  const header = concat(u32(width), u32(height), [depth, colorType, 0, 0, interlace]);
  return concat(
    PNG_SIGNATURE,
    pngChunk("IHDR", header),
    ...parts.extra ?? [],
    ...data,
    pngChunk("IEND", new Uint8Array()),
  );
}

/** Pixels of 8-bit samples, row-major. */
export interface Samples {
  width: number;
  height: number;
  /** Samples per pixel. */
  channels: number;
  data: Uint8Array;
}

/**
 * Writes rows for {@linkcode pngOf}, each with a filter.
 *
 * @param filterOf The number of a row's filter, 0 to 4.
 */
export function filteredRows(
  { width, height, channels, data }: Samples,
  filterOf: (y: number) => number,
): Uint8Array {
  const stride = width * channels;
  const sample = (x: number, y: number) => x < 0 || y < 0 ? 0 : data[y * stride + x];
  return concat(...Array.from({ length: height }, (_, y) => {
    const filter = filterOf(y);
    const row = Array.from({ length: stride }, (_, x) => {
      const [left, above, aboveLeft] = [
        sample(x - channels, y),
        sample(x, y - 1),
        sample(x - channels, y - 1),
      ];
      return sample(x, y) - predicted(filter, left, above, aboveLeft);
    });
    return Uint8Array.from([filter, ...row]);
  }));
}

/** Computes the value from which a filter stores the difference. */
function predicted(filter: number, left: number, above: number, aboveLeft: number): number {
  if (filter === 3) return Math.floor((left + above) / 2);
  if (filter < 3) return [0, left, above][filter];
  const estimate = left + above - aboveLeft;
  const distances = [left, above, aboveLeft].map((value) => Math.abs(estimate - value));
  return [left, above, aboveLeft][distances.indexOf(Math.min(...distances))];
}

/** Adam7's passes: first column and row, and the distances to the next ones. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** Writes rows for {@linkcode pngOf} in the order of interlaced pictures, without filters. */
export function adam7Rows({ width, height, channels, data }: Samples): Uint8Array {
  const rows: number[] = [];
  for (const [left, top, across, down] of PASSES) {
    if (left >= width) continue; // a pass without pixels has no rows
    for (let y = top; y < height; y += down) {
      rows.push(0);
      for (let x = left; x < width; x += across) {
        const at = (y * width + x) * channels;
        rows.push(...data.subarray(at, at + channels));
      }
    }
  }
  return Uint8Array.from(rows);
}
