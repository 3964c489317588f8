import { alphasOf, readHeifItems } from "./heif_items.ts";
import { isoBoxes } from "./iso_boxes.ts";
import type { Size } from "../raster.ts";

/** Stops files of millions of boxes. A phone's file holds a few hundred, most of them for the picture's tiles. */
const MAX_BOXES = 4_096;

/** Boxes on the path to the sizes, each with the number of bytes before its first child. */
const WAY: readonly (readonly [name: string, skip: number])[] = [
  ["meta", 4], // version and flags
  ["iprp", 0],
  ["ipco", 0],
];

/**
 * Reads the size of a HEIC or AVIF picture: that of its primary item, or else the largest size in its boxes.
 *
 * @param bytes The file.
 * @returns The size before rotation, or `null` if no box holds one.
 */
export function readHeifSize(bytes: Uint8Array): Size | null {
  return primarySize(bytes) ?? largestSize(bytes);
}

/** Reads the size of the primary item. An alpha channel that is larger counts instead, as it is decoded too. */
function primarySize(bytes: Uint8Array): Size | null {
  try {
    const items = readHeifItems(bytes);
    const { primary, sizes } = items;
    const own = primary === undefined ? undefined : sizes.get(primary);
    if (primary === undefined || own === undefined) return null;
    return alphasOf(items, primary).map((alpha) => sizes.get(alpha) ?? own)
      .reduce((largest, size) => area(size) > area(largest) ? size : largest, own);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function largestSize(bytes: Uint8Array): Size | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const left = { boxes: MAX_BOXES };
  let [from, to] = [0, bytes.length];
  for (const [name, skip] of WAY) {
    const box = isoBoxes(view, from, to, left).find((one) => one.name === name);
    if (!box) return null;
    [from, to] = [box.from + skip, box.to];
  }
  let largest: Size | null = null;
  for (const box of isoBoxes(view, from, to, left)) {
    if (box.name !== "ispe" || box.to - box.from < 12) continue;
    const size = { width: view.getUint32(box.from + 4), height: view.getUint32(box.from + 8) };
    if (largest && area(size) <= area(largest)) continue;
    largest = size;
  }
  return largest;
}

function area({ width, height }: Size): number {
  return width * height;
}
