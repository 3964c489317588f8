import { concat, latin1, u32 } from "./bytes.ts";
import type { Primaries } from "../../shared/image/decode/icc_profile.ts";
import type { Rgba } from "./pixels.ts";

/** The primaries of Display P3, as XYZ adapted to D50. */
export const DISPLAY_P3: Primaries = {
  red: [0.515102, 0.241182, -0.001050],
  green: [0.291965, 0.692236, 0.041882],
  blue: [0.157153, 0.066582, 0.784378],
};

/** Linear Display P3 to linear sRGB, both D65: from the chromaticities of the two standards. */
const TO_SRGB = [
  [1.2249401763, -0.2249401763, 0],
  [-0.0420569547, 1.0420569547, 0],
  [-0.0196375546, -0.0786360456, 1.0982736002],
];

/** Converts a colour of Display P3 to sRGB, clipped to its gamut. */
export function p3ToSrgb([r, g, b, a]: Rgba): Rgba {
  const linear = [r, g, b].map((value) => {
    const v = value / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  const [red, green, blue] = TO_SRGB.map((row) => {
    const sum = row.reduce((total, weight, i) => total + weight * linear[i], 0);
    const v = Math.max(0, Math.min(1, sum));
    return Math.round((v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055) * 255);
  });
  return [red, green, blue, a];
}

/** Renames a profile in the form of version 2, which most photos' profiles have. */
export function renamed(profile: Uint8Array, name: string): Uint8Array<ArrayBuffer> {
  const description = concat(
    latin1("desc"),
    u32(0),
    u32(name.length + 1),
    latin1(`${name}\0`),
    new Array(4 + 4 + 2 + 1 + 67).fill(0),
  );
  const at = Math.ceil(profile.length / 4) * 4;
  const padding = new Array(at - profile.length).fill(0);
  const tail = new Array((4 - description.length % 4) % 4).fill(0);
  const bytes = concat(profile, padding, description, tail);
  bytes.set(u32(bytes.length), 0);
  bytes.set([...u32(at), ...u32(description.length)], 132 + 4); // "desc" is the first tag
  return bytes;
}
