import type { Size } from "../../raster.ts";
import { AC_CODES, DC_CODES, ZIGZAG } from "./jpeg_tables.ts";

/** The density that a JPEG states. */
export interface Density {
  x: number;
  y: number;
  /** JFIF's unit: 0 none, 1 per inch, 2 per centimetre. */
  unit: number;
}

/** The density of a file that states none. */
const NO_DENSITY: Density = { x: 1, y: 1, unit: 0 };

/** Returns the density to state for one that is known, unknown (0), or broken. */
export function statedDensity({ x, y, unit }: Density): Density {
  return x > 0 && y > 0 ? { x: Math.round(x), y: Math.round(y), unit } : NO_DENSITY;
}

/**
 * Writes a baseline JPEG's bytes up to its data: three components, the colours in half the size.
 *
 * @param size The picture's size.
 * @param quantisation The tables of luminance and of colour, row-major.
 * @param density The density.
 */
export function jpegHead(
  { width, height }: Size,
  quantisation: readonly Uint8Array[],
  { x, y, unit }: Density,
): number[] {
  const tables = quantisation.flatMap((table, id) =>
    segment(0xdb, [id, ...Array.from(ZIGZAG, (place) => table[place])])
  );
  const codes = [DC_CODES, AC_CODES];
  const huffman = [0, 1].flatMap((id) =>
    codes.flatMap((kind, i) =>
      segment(0xc4, [i << 4 | id, ...kind[id].counts, ...kind[id].symbols])
    )
  );
  return [
    ...[0xff, 0xd8],
    ...segment(0xe0, [...JFIF, unit, ...word(x), ...word(y), 0, 0]),
    ...tables,
    ...segment(0xc0, [8, ...word(height), ...word(width), 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]),
    ...huffman,
    ...segment(0xda, [3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0]),
  ];
}

/** "JFIF", version 1.1. */
const JFIF = [0x4a, 0x46, 0x49, 0x46, 0, 1, 1];

function segment(marker: number, content: number[]): number[] {
  return [0xff, marker, ...word(content.length + 2), ...content];
}

function word(value: number): number[] {
  return [value >> 8, value & 255];
}
