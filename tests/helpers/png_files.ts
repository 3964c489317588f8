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
