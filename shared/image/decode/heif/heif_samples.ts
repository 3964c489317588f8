import type { Box } from "../iso_boxes.ts";
import { type HeifItems, INDEX } from "../heif_items.ts";

/** The form of a picture's samples. */
export interface HeifSamples {
  /** Whether colour has the resolution of brightness. */
  fullChroma: boolean;
  /** Whether samples have more than 8 bits. */
  deep: boolean;
}

/** The form that takes most memory, for files that cannot be parsed. */
export const MOST_COSTLY: HeifSamples = { fullChroma: true, deep: true };

/** Bytes of the configurations up to what is read. */
const NEEDED_BYTES = new Map([["hvcC", 18], ["av1C", 3]]);

/**
 * Reads the form of the primary picture's samples, or of its first tile's, from the decoder's configuration: `hvcC` (ISO/IEC
 * 14496-15) or `av1C` (AV1 in ISOBMFF).
 *
 * @param file The HEIC or AVIF.
 * @param items Its items.
 * @returns The form; that of phones, 8 bits and colour at half resolution, if the file does not say; the most costly one if a
 * configuration is too short.
 */
export function heifSamples(file: Uint8Array, items: HeifItems): HeifSamples {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const { primary, references } = items;
  const [tile] = references.find(({ type, from }) => type === "dimg" && from === primary)?.to ?? [];
  for (const item of [primary, tile]) {
    for (const { name, from, to } of propertiesOf(items, item)) {
      if (to - from < (NEEDED_BYTES.get(name) ?? 0)) return MOST_COSTLY;
      if (name === "hvcC") {
        const chroma = view.getUint8(from + 16) & 3; // 0 grey, 1 4:2:0, 2 4:2:2, 3 4:4:4
        return { fullChroma: chroma >= 2, deep: (view.getUint8(from + 17) & 7) > 0 };
      }
      if (name === "av1C") {
        const flags = view.getUint8(from + 2);
        // Grey, colour at half the width, colour at half the height.
        const [grey, halfWidth, halfHeight] = [0x10, 0x08, 0x04].map((bit) => (flags & bit) > 0);
        return {
          fullChroma: !grey && !(halfWidth && halfHeight),
          deep: (flags & 0x40) > 0,
        };
      }
    }
  }
  return { fullChroma: false, deep: false };
}

function propertiesOf({ associations, properties }: HeifItems, item: number | undefined): Box[] {
  const own = item === undefined ? [] : associations.get(item) ?? [];
  return own.flatMap((one) => properties[(one & INDEX) - 1] ?? []);
}
