import { alphasOf, type HeifItems, readHeifItems } from "./heif_items.ts";

/** Maximum nesting of pictures that are composed of others; phones use one level. */
const MAX_LEVELS = 4;

/**
 * Bound on the decoded pixels of a picture and all of its parts, as a multiple of its size: a grid is decoded tile by
 * tile into a picture of the same size, and tiles may reach beyond it. Small pictures may use a little more.
 */
const MAX_OF_SIZE = 2.5;
const FREE_PIXELS = 2e6;

/**
 * Finds a HEIC or AVIF that is composed of more than it shows: a grid whose tiles are larger than the picture, or an
 * overlay that references the same picture a thousand times. The decoder decodes each part in full.
 *
 * Only the primary picture and its alpha channel count: the decoder reads no thumbnail, gain map or other picture. In a
 * file without a primary picture, all count.
 *
 * @param bytes The file.
 * @returns The problem, as the end of a sentence ("is ..."), or `undefined`.
 */
export function unusualHeif(bytes: Uint8Array): string | undefined {
  try {
    return isOutsized(readHeifItems(bytes))
      ? "composed of parts that are larger than the picture"
      : undefined;
  } catch (error) {
    if (error instanceof RangeError) return "composed in an unsupported way";
    throw error;
  }
}

function isOutsized(items: HeifItems): boolean {
  const { primary, sizes, references } = items;
  const areas = new Map([...sizes].map(([item, { width, height }]) => [item, width * height]));
  const largest = Math.max(0, ...areas.values());
  const parts = new Map<number, number[]>();
  for (const { type, from, to } of references) {
    if (type === "dimg") parts.set(from, [...(parts.get(from) ?? []), ...to]);
  }
  const known = new Map<number, number>();
  const pixelsOf = (item: number, level: number): number => {
    if (level > MAX_LEVELS) return Infinity;
    const before = known.get(item);
    if (before !== undefined) return before;
    let pixels = areas.get(item) ?? largest;
    for (const part of parts.get(item) ?? []) pixels += pixelsOf(part, level + 1);
    known.set(item, pixels);
    return pixels;
  };
  if (primary === undefined) {
    return [...parts.keys()].some((item) =>
      pixelsOf(item, 0) > MAX_OF_SIZE * largest + FREE_PIXELS
    );
  }
  const maxPixels = MAX_OF_SIZE * (areas.get(primary) ?? largest) + FREE_PIXELS;
  return [primary, ...alphasOf(items, primary)].some((item) => pixelsOf(item, 0) > maxPixels);
}
