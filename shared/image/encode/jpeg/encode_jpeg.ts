import { joinBytes } from "../../../lib/join_bytes.ts";
import { kernels, Scratch } from "../../kernels/kernels.ts";
import type { Size } from "../../raster.ts";
import { type Density, jpegHead } from "./jpeg_head.ts";
import { AC_CODES, bitsOf, DC_CODES, divisorsOf, quantisationOf, ZIGZAG } from "./jpeg_tables.ts";

/** Pixels on each side of a unit. */
const UNIT = 16;

/** Room that a unit takes: its planes; its bytes at most, of which every second one follows a byte of ones. */
const PLANE_BYTES = 896;
const MOST_BYTES = 2_560;

/** Room for the masks of a block's rows, and for a block. */
const TABLE_BYTES = 16_384 + 128;

/** Makes the quotients of whole numbers whole, in spite of the rounding of 32-bit floats. */
const ABOVE_ONE = 1 + 1e-6;

/** The quality up to which ImageMagick uses the fast transform, as this encoder does. */
export const MAX_QUALITY = 90;

/**
 * Encodes a picture as a baseline JPEG with colours in half the size: the bytes that libjpeg writes, in a third of ImageMagick's
 * time.
 *
 * @param size The picture's size.
 * @param quality 1 to {@linkcode MAX_QUALITY}.
 * @param density The density that the file states.
 * @param rows Returns rows of pixels, RGB of 8 bits: `count` rows from row `y` on, 16 or what the picture still has. The result is
 * read at once.
 * @returns The file; `null` if all pixels are grey, which libjpeg writes as one component.
 * @throws {EngineCrash} `engine_failed`, if there is no memory for some rows.
 */
export function encodeJpeg(
  size: Size,
  quality: number,
  density: Density,
  rows: (y: number, count: number) => Uint8Array,
): Uint8Array<ArrayBuffer> | null {
  const { width, height } = size;
  const units = Math.ceil(width / UNIT);
  const quantisation = quantisationOf(quality);
  const { beginJpeg, encodeUnits, endJpeg } = kernels();
  const scratch = new Scratch();
  const tables = scratch.keep(tablesOf(quantisation));
  const zigzag = scratch.keep(ZIGZAG);
  const room = scratch.reserve(TABLE_BYTES + units * PLANE_BYTES);
  const pixels = scratch.reserve(UNIT * width * 3);
  const written = scratch.reserve(units * MOST_BYTES);
  const { bytes } = scratch;

  const parts = [Uint8Array.from(jpegHead(size, quantisation, density))];
  const take = (length: number) => parts.push(bytes.slice(written, written + length));
  beginJpeg(width, tables, room);
  for (let y = 0; y < height; y += UNIT) {
    const count = Math.min(UNIT, height - y);
    bytes.set(rows(y, count), pixels);
    take(encodeUnits(pixels, count, zigzag, written));
  }
  const last = endJpeg(written);
  if (last < 0) return null;
  take(last);
  return joinBytes([...parts, Uint8Array.of(0xff, 0xd9)]);
}

/** Lays out the tables that `beginJpeg` describes. */
function tablesOf(quantisation: readonly Uint8Array[]): Uint8Array {
  const divisors = quantisation.flatMap((table) => divisorsOf(table));
  const places = new Uint8Array(64);
  ZIGZAG.forEach((place, i) => places[place] = i);
  return joinBytes([
    Float32Array.from(divisors, (divisor) => ABOVE_ONE / divisor),
    Int16Array.from(divisors, (divisor) => divisor >> 1),
    ...DC_CODES.map((code) => bitsOf(code, 16)),
    ...AC_CODES.map((code) => bitsOf(code, 256)),
    places,
  ].map(({ buffer }) => new Uint8Array(buffer)));
}
