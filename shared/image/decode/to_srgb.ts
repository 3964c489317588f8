import { ColorProfile, ColorSpace, type IMagickImage, MagickError } from "@imagemagick/magick-wasm";
import { ColorConverter } from "./color/convert_colors.ts";
import { colorTables, readMatrixProfile } from "./color/matrix_profile.ts";
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
    if (!convertByLoops(image, profile)) {
      image.transformColorSpace(new ColorProfile(srgbProfile()));
    }
    return true;
  } catch (error) {
    if (!(error instanceof MagickError)) throw error;
    return false;
  }
}

/** Converts an image whose profile has three curves and a matrix. Returns false and leaves any other image unchanged. */
function convertByLoops(image: IMagickImage, bytes: Uint8Array): boolean {
  const channels = image.hasAlpha ? 4 : 3;
  if (image.colorSpace !== ColorSpace.sRGB || image.channelCount !== channels) return false;
  const profile = readMatrixProfile(bytes);
  if (!profile) return false;
  const converter = new ColorConverter(colorTables(profile));
  const { width, height } = image;
  image.getPixels((pixels) => {
    for (let y = 0; y < height; y += BAND_ROWS) {
      const rows = Math.min(BAND_ROWS, height - y);
      const band = pixels.getArea(0, y, width, rows);
      converter.convert(band, channels);
      pixels.setArea(0, y, width, rows, band);
    }
  });
  return true;
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
