import { alphasOf, type HeifItems, readHeifItems } from "./heif_items.ts";

/** References between the parts of a picture: to the parts it is composed of, and from its alpha channel. */
const NEEDED = new Set(["dimg", "auxl", "prem"]);

/** A type that no reader knows, so that it ignores the item or reference. */
const IGNORED = new TextEncoder().encode("skip");

/**
 * Hides all of a HEIC or AVIF but its primary picture: thumbnails, gain maps, depth maps, other pictures, EXIF and XMP. No
 * output contains any of it, and the picture's own boxes turn it, whatever its EXIF orientation says. The decoder
 * refuses a whole file for one faulty reference among them: a thumbnail, gain map or EXIF block of the tone map that
 * iOS 18 adds (`tmap`), which it does not know.
 *
 * @param file The file.
 * @returns A new file of the same length, or the same one if it has nothing to hide or cannot be parsed.
 */
export function leanHeif(file: Uint8Array): Uint8Array {
  try {
    const places = placesToHide(readHeifItems(file));
    if (places.length === 0) return file;
    const lean = file.slice();
    for (const at of places) lean.set(IGNORED, at);
    return lean;
  } catch (error) {
    if (error instanceof RangeError) return file;
    throw error;
  }
}

/** Returns the offsets of the types of all items and references that the primary picture does not need. */
function placesToHide(items: HeifItems): number[] {
  const { primary, types, references } = items;
  if (primary === undefined) return [];
  const needed = new Set([primary, ...alphasOf(items, primary)]);
  for (const item of needed) { // a set iterates over what is added meanwhile
    for (const { type, from, to } of references) {
      if (type === "dimg" && from === item) { for (const part of to) needed.add(part); }
    }
  }
  return [
    ...[...types].filter(([item]) => !needed.has(item)).map(([, { at }]) => at),
    ...references.filter(({ type, from, to }) =>
      !NEEDED.has(type) || !needed.has(from) || !to.every((item) => needed.has(item))
    ).map(({ typeAt }) => typeAt),
  ];
}
