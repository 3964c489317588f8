import { hdrCurve, isHdr } from "./hdr_curve.ts";
import { type CodePoints, readHeifItems } from "./heif_items.ts";
import { type Primaries, rgbProfile, SRGB } from "./icc_profile.ts";

/** A colour space that code points name. */
interface NamedSpace {
  name: string;
  primaries: Primaries;
}

/** The primaries as XYZ adapted to D50, by their code points. Other code points count as sRGB's. */
const SPACES = new Map<number, NamedSpace>([
  [9, {
    name: "BT.2020",
    primaries: {
      red: [0.673492, 0.279037, -0.001938],
      green: [0.165695, 0.675369, 0.029999],
      blue: [0.125031, 0.045593, 0.796844],
    },
  }],
  [12, {
    name: "Display P3",
    primaries: {
      red: [0.515102, 0.241182, -0.00105],
      green: [0.291965, 0.692236, 0.041882],
      blue: [0.157153, 0.066582, 0.784378],
    },
  }],
]);

/**
 * Builds the ICC profile of a HEIC or AVIF that names its colours by code points only. Android's cameras write Display
 * P3 that way, cameras with HDR write PQ or HLG; the decoder passes on embedded profiles only.
 *
 * @param file The file.
 * @returns The profile of BT.2020, Display P3 or an HDR picture; `null` for sRGB and unknown colours.
 */
export function heifProfile(file: Uint8Array): Uint8Array | null {
  try {
    const { primary, references, colors } = readHeifItems(file);
    if (primary === undefined) return null;
    const [part] = references.find(({ type, from }) => type === "dimg" && from === primary)?.to ??
      [];
    const points = colors.get(primary) ?? colors.get(part);
    return points ? profileOf(points) : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function profileOf({ primaries, transfer }: CodePoints): Uint8Array | null {
  const space = SPACES.get(primaries);
  if (isHdr(transfer)) {
    return rgbProfile(
      `HDR, ${space?.name ?? "sRGB"}`,
      space?.primaries ?? SRGB,
      hdrCurve(transfer),
    );
  }
  return space ? rgbProfile(space.name, space.primaries) : null;
}
