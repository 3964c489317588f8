import { readLimited } from "../../../lib/read_limited.ts";
import type { Mask } from "../../raster.ts";
import { inflateData } from "./inflate_data.ts";
import { hasManyChunks, type PngChunk, pngChunks } from "./png_chunks.ts";
import { unfilterRow } from "./unfilter_row.ts";

/** Size of the pieces to inflate, in bytes; each inflates to at most a thousand times its size. */
const SLICE_BYTES = 4_096;

/** The last five bytes of IHDR for 8-bit grey, deflate, adaptive filters, not interlaced. */
const PLAIN_GREY = [8, 0, 0, 0, 0];

/**
 * Decodes a PNG of 8-bit grey, the form of background removers' masks.
 *
 * ImageMagick takes five times the CPU once both are warm (`bench/RESULTS.md`, "Choices").
 *
 * @param file A file with a PNG's signature.
 * @returns The pixels, or `null` if it is another kind of PNG or damaged; the full decoder finds out which.
 */
export async function decodeGreyPng(file: Uint8Array<ArrayBuffer>): Promise<Mask | null> {
  const chunks = readChunks(file);
  const header = chunks?.[0]?.name === "IHDR" ? chunks[0].data : undefined;
  if (!chunks || !header) return null;
  const plain = header.length === 13 && PLAIN_GREY.every((value, i) => header[8 + i] === value);
  if (!plain || chunks.some(({ name }) => name === "tRNS")) return null;
  const view = new DataView(header.buffer, header.byteOffset);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const parts = chunks.filter(({ name }) => name === "IDAT").map(({ data }) => data);
  const rows = await inflate(parts, height * (width + 1));
  return rows && unfilter(rows, width, height);
}

/** Reads the file's chunks. Returns `null` if there are more than a sane encoder writes. */
function readChunks(file: Uint8Array<ArrayBuffer>): PngChunk[] | null {
  return hasManyChunks(file) ? null : [...pngChunks(file)];
}

/** Inflates the data. Returns `null` if it does not have the expected length. */
async function inflate(
  parts: Uint8Array<ArrayBuffer>[],
  length: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const rows = inflateData(parts, SLICE_BYTES);
    const bytes = await readLimited(rows, length, 0, () => true, length);
    return bytes?.length === length ? bytes : null;
  } catch {
    return null; // data that cannot be inflated, or a wrong checksum; the length check finds truncated data
  }
}

/** Reverses the filter that the first byte of each row names. */
function unfilter(rows: Uint8Array, width: number, height: number): Mask | null {
  const data = new Uint8Array(width * height);
  let above = new Uint8Array(width);
  for (let y = 0; y < height; y++) {
    const at = y * (width + 1);
    const own = data.subarray(y * width, (y + 1) * width);
    own.set(rows.subarray(at + 1, at + 1 + width));
    if (!unfilterRow(rows[at], own, above, 1)) return null;
    above = own;
  }
  return { width, height, data };
}
