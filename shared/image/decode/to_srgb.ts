import { ColorProfile, ColorSpace, type IMagickImage, MagickError } from "@imagemagick/magick-wasm";
import { isSrgbProfile, srgbProfile } from "./icc_profile.ts";
import type { InputFormat } from "../image_format.ts";
import { profileFits } from "./profile_fits.ts";

/** Types whose decoders return RGB for a grey picture, which may have a profile for grey. */
const WITHOUT_GREY: ReadonlySet<InputFormat> = new Set(["heic", "avif", "webp"]);

/** Maximum difference of red, green and blue in a grey pixel after lossy compression. */
const GREY_TOLERANCE = 3;

/** Number of rows to copy out of the engine at a time. */
const BAND_ROWS = 64;

/**
 * Converts a decoded image to sRGB by its ICC profile. A profile that is damaged, or made for another kind of picture,
 * is ignored; the colours are then read as if there were none.
 *
 * @param image The image, which is changed.
 * @param format The file's type.
 * @returns True if a profile was ignored.
 */
export function toSrgb(image: IMagickImage, format: InputFormat): boolean {
  const profile = image.getColorProfile();
  const isGrey = () => WITHOUT_GREY.has(format) && isGreyImage(image);
  const applied = profile === null ||
    (profileFits(profile.data, image.colorSpace, isGrey) && apply(image, profile.data));
  if (image.colorSpace !== ColorSpace.sRGB) image.colorSpace = ColorSpace.sRGB;
  return !applied;
}

/** Converts by the image's own profile. Returns false and leaves the image unchanged if the profile is damaged. */
function apply(image: IMagickImage, profile: Uint8Array): boolean {
  // Lab needs no profile, and ImageMagick's own conversion is more exact than one by a Lab profile.
  if (image.colorSpace === ColorSpace.Lab || isSrgbProfile(profile)) return true;
  try {
    image.transformColorSpace(new ColorProfile(srgbProfile()));
    return true;
  } catch (error) {
    if (!(error instanceof MagickError)) throw error;
    return false;
  }
}

function isGreyImage(image: IMagickImage): boolean {
  const { width, height } = image;
  return image.getPixels((pixels) => {
    for (let y = 0; y < height; y += BAND_ROWS) {
      const rows = Math.min(BAND_ROWS, height - y);
      if (!isGrey(pixels.toByteArray(0, y, width, rows, "RGB") ?? new Uint8Array())) return false;
    }
    return true;
  });
}

function isGrey(rgb: Uint8Array): boolean {
  for (let at = 0; at < rgb.length; at += 3) {
    const [r, g, b] = [rgb[at], rgb[at + 1], rgb[at + 2]];
    if (Math.max(r, g, b) - Math.min(r, g, b) > GREY_TOLERANCE) return false;
  }
  return true;
}
