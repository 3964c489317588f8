import { readHeifItems } from "./heif_items.ts";
import { type Primaries, rgbProfile } from "./icc_profile.ts";

/** The code points of Display P3's primaries (SMPTE EG 432-1). */
const P3_PRIMARIES = 12;

/** The transfer curves of HDR pictures: PQ and HLG. */
const HDR = new Set([16, 18]);

/** The primaries of Display P3, as XYZ adapted to D50. */
const DISPLAY_P3: Primaries = {
  red: [0.515102, 0.241182, -0.00105],
  green: [0.291965, 0.692236, 0.041882],
  blue: [0.157153, 0.066582, 0.784378],
};

/**
 * Builds the ICC profile of a HEIC or AVIF that names its colours by code points only. Android's cameras write Display
 * P3 that way; the decoder passes on embedded profiles only.
 *
 * @param file The file.
 * @returns The profile of Display P3; `null` for other colours: sRGB needs no profile, and HDR's curves are not converted.
 */
export function heifProfile(file: Uint8Array): Uint8Array | null {
  try {
    const { primary, references, colors } = readHeifItems(file);
    if (primary === undefined) return null;
    const [part] = references.find(({ type, from }) => type === "dimg" && from === primary)?.to ??
      [];
    const points = colors.get(primary) ?? colors.get(part);
    return points?.primaries === P3_PRIMARIES && !HDR.has(points.transfer)
      ? rgbProfile("Display P3", DISPLAY_P3)
      : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
