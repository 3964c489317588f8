import { ColorSpace } from "@imagemagick/magick-wasm";

/** Where an ICC profile has its class and its colour space, four letters each (ICC.1:2010, clause 7.2). */
const CLASS_AT = 12;
const SPACE_AT = 16;

/** Classes that say how the values of a picture look: scanner, display, printer, colour space. Others join two profiles. */
const DEVICE_CLASSES = new Set(["scnr", "mntr", "prtr", "spac"]);

/** The colour space of a profile that fits, by that of the decoded image. */
const SPACES = new Map<ColorSpace, string>([
  [ColorSpace.sRGB, "RGB "],
  [ColorSpace.RGB, "RGB "],
  [ColorSpace.Gray, "GRAY"],
  [ColorSpace.LinearGray, "GRAY"],
  [ColorSpace.CMYK, "CMYK"],
  [ColorSpace.Lab, "Lab "],
]);

/**
 * Tells whether an ICC profile can describe an image's values: it is of a device's class, and of the image's own colour
 * space. ImageMagick applies any other as well, and a CMYK profile turns an RGB picture into its negative.
 *
 * @param profile The profile's bytes, of any content.
 * @param space The image's colour space, as the decoder reports it.
 * @param isGrey Whether all of an RGB image is grey; asked only where the profile is for grey. Decoders of some types
 * have no grey of their own, and answer RGB.
 */
export function profileFits(
  profile: Uint8Array,
  space: ColorSpace,
  isGrey: () => boolean,
): boolean {
  if (!DEVICE_CLASSES.has(letters(profile, CLASS_AT))) return false;
  const described = letters(profile, SPACE_AT);
  return described === SPACES.get(space) ||
    (described === "GRAY" && space === ColorSpace.sRGB && isGrey());
}

function letters(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
