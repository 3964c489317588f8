import { ColorSpace } from "@imagemagick/magick-wasm";

/** Offsets of a profile's class and colour space, four letters each (ICC.1:2010, clause 7.2). */
const CLASS_AT = 12;
const SPACE_AT = 16;

/** Classes that describe a picture's colours: scanner, display, printer, colour space. Others join two profiles. */
const DEVICE_CLASSES = new Set(["scnr", "mntr", "prtr", "spac"]);

/** The matching profile colour space for each colour space of a decoded image. */
const SPACES = new Map<ColorSpace, string>([
  [ColorSpace.sRGB, "RGB "],
  [ColorSpace.RGB, "RGB "],
  [ColorSpace.Gray, "GRAY"],
  [ColorSpace.LinearGray, "GRAY"],
  [ColorSpace.CMYK, "CMYK"],
  [ColorSpace.Lab, "Lab "],
]);

/**
 * Checks that an ICC profile can describe an image's values: it has a device class and the image's colour space.
 * ImageMagick applies other profiles too, and a CMYK profile turns an RGB picture into its negative.
 *
 * @param profile The profile's bytes, of any content.
 * @param space The image's colour space, as the decoder reports it.
 * @param isGrey Returns true if all pixels of an RGB image are grey; called only if the profile is for grey. Some
 * decoders return RGB for grey pictures too.
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
