import { BACKGROUND_ERROR_CODES } from "../background/background_error.ts";
import { MAX_ENLARGEMENT } from "../image/framing.ts";
import type { Size } from "../image/raster.ts";
import { RESULT_WARNING_CODES } from "../storage/manifest.ts";

/** The codes of quality control, which the figures of each answer give. */
export const QUALITY_CODES = [
  "car_cut_off",
  "car_small",
  "blurry",
  "too_dark",
  "overexposed",
  "several_subjects",
  "cutout_uncertain",
] as const;

/** A code of quality control. */
export type QualityCode = typeof QUALITY_CODES[number];

/**
 * The stable codes of warnings: about a kept background and about the photo's size, which each request detects again,
 * and about the result, which are stored with it.
 */
export const WARNING_CODES = [
  ...BACKGROUND_ERROR_CODES,
  ...RESULT_WARNING_CODES,
  ...QUALITY_CODES,
  "variant_enlarged",
  "photo_small",
] as const;

/** A stable code of a warning. */
export type WarningCode = typeof WARNING_CODES[number];

/** The codes with which a request can refuse a photo: a better photo would not have them. */
export const REFUSABLE_CODES = [
  ...QUALITY_CODES,
  "image_damaged",
  "crop_uncertain",
  "plate_not_found",
  "photo_small",
] as const satisfies readonly WarningCode[];

/** Long side below which a photo is small, in pixels: `grid` (600 pixels wide) needs almost twice as many. */
const SMALL_PX = 320;

/** The condition of each warning (Markdown). `deno task openapi` writes docs/errors.md from this. */
export const WARNING_CATALOGUE: Readonly<Record<WarningCode, string>> = {
  background_removal_not_configured: "`API4AI_KEY` is not set.",
  background_removal_unauthorized: "API4.ai rejected the key.",
  background_removal_rate_limited: "API4.ai's rate limit is reached.",
  background_removal_paused:
    "API4.ai failed five times in a row, or asked for a pause: the function does not call it for a while.",
  background_removal_unreachable: "The network failed.",
  background_removal_timeout: "API4.ai did not answer within `API4AI_TIMEOUT_MS`.",
  background_removal_failed: "API4.ai could not process the photo, or had a fault of its own.",
  background_removal_invalid_reply:
    "API4.ai's cutout cannot be used: it is not an image, has another size, is empty, or covers the whole frame.",
  image_damaged:
    "The photo's file is damaged, and parts of the picture are missing or wrong. A file that the decoder reads " +
    "completely, despite faults, has no warning.",
  image_end_missing: "The JPEG lacks its end marker, but the picture is complete.",
  crop_uncertain:
    "The photo kept its background, and the crop may cut a car that is nearly as white as the ground around it: the " +
    "brightness just outside the crop changes by 1.5 levels or more within 16 pixels. Raise `padding`, or set `crop` to `none`.",
  plate_not_found:
    "`plate` asks to hide licence plates, and none was found: API4.ai's reply has no box of one, or the photo was not sent to it (a kept " +
    "background, a photo that came as a cutout). If API4.ai has hidden a plate without naming its box, its picture is used. Check the pictures.",
  color_profile_ignored:
    "The photo's ICC profile is damaged, or describes another kind of picture (a CMYK profile in an RGB photo). The colours are those " +
    "of the photo without it.",
  car_cut_off:
    "The photo cuts the car: the car touches more than 2 % of one of the photo's four edges (within 2 pixels of the working image). " +
    "A cutout of another tool that touches all four edges is not judged.",
  car_small:
    `The car has so few pixels that a variant enlarges it more than ${MAX_ENLARGEMENT} times (\`scale\`), and it looks blurred. With ` +
    "`framing` the car is enlarged as much at most, and is smaller than in the gallery's other pictures. Send a larger photo, or one that " +
    "is taken from nearer. A photo that kept its background has no such warning.",
  blurry:
    "The photo is out of focus or shaken: the sharpest edges within the car (the 20th percentile) are more than 4 pixels of the working " +
    "image wide. Those of a sharp photo are 1.3 pixels wide, and 4.3 after a blur with a standard deviation of 2 pixels.",
  too_dark:
    "98 % of the car's pixels are darker than 25 % of white. Those of good photos, also of black cars, reach 44 % or more.",
  overexposed:
    "More than 15 % of the car's pixels are burnt out to white (all colours at least 253 of 255). A photo that kept its background has " +
    "no such warning.",
  several_subjects:
    "The cutout has separate parts of which at least two have 10 % or more of the largest one's area.",
  cutout_uncertain:
    "More than 20 % of the cutout's pixels are half transparent (alpha from 26 to 229). A true mask has 1 %, a good one of a neural " +
    "network 5 %. A picture that API4.ai has drawn (`API4AI_MODE` other than `fg-mask`) is not judged.",
  variant_enlarged:
    "A variant is wider than the working image, and the CPU budget has no room for a larger decode: it is enlarged, and blurred. Send a " +
    "smaller photo, or ask for fewer variants at once.",
  photo_small:
    `The photo has less than ${SMALL_PX} pixels on its long side, so that \`grid\` and \`detail\` are enlarged and blurred. Send ` +
    "the original, not a preview of it.",
};

/** A difference between a request and its result. */
export interface Warning {
  /** Stable code. */
  code: WarningCode;
  /** A sentence that says what happened. */
  message: string;
}

/** The warning about a photo whose file is damaged. */
export const DAMAGED: Warning = {
  code: "image_damaged",
  message: "The photo's file is damaged: parts of the picture may look wrong. Upload it again.",
};

/** The warning about a photo whose licence plate was to be hidden, and was not found. */
export const PLATE_NOT_FOUND: Warning = {
  code: "plate_not_found",
  message:
    "No licence plate was found, so that none was hidden by the function: check the pictures.",
};

/** The warning about a crop that may cut off a part of the car. */
export const CROP_UNCERTAIN: Warning = {
  code: "crop_uncertain",
  message:
    "The crop may cut the car: parts of it are nearly as white as the ground around it. Have the background removed, " +
    "raise padding, or keep the whole picture with the option crop: none.",
};

/** The warning about a colour profile that does not belong to the picture. */
export const PROFILE_IGNORED: Warning = {
  code: "color_profile_ignored",
  message:
    "The photo's colour profile is damaged, or describes another kind of picture, and was ignored: colours may look wrong. " +
    "Save the photo in sRGB.",
};

/** The warning about a photo whose file contains the whole picture but lacks its end. */
export const END_MISSING: Warning = {
  code: "image_end_missing",
  message: "The photo's file lacks its end, but the picture is complete. You need not do anything.",
};

/**
 * Returns the warning about a photo that is too small for its variants.
 *
 * @param size The photo's own size.
 * @returns An empty list if the photo is large enough.
 */
export function warnOfSmall({ width, height }: Size): Warning[] {
  if (Math.max(width, height) >= SMALL_PX) return [];
  const message =
    `The photo has only ${width} x ${height} pixels: enlarged pictures of it are blurred. Send the original, with at least ` +
    `${SMALL_PX} pixels on its long side.`;
  return [{ code: "photo_small", message }];
}

/**
 * Returns the warning about variants in which the car is smaller than the framing asks for.
 *
 * @param variants The variants of the answer.
 * @returns An empty list if the car has the wanted size in all of them.
 */
export function warnOfSmallCar(
  variants: readonly { name: string; isCarSmall?: boolean }[],
): Warning[] {
  const small = variants.filter(({ isCarSmall }) => isCarSmall).map(({ name }) => name);
  if (small.length === 0) return [];
  const message =
    `The car has too few pixels for ${
      small.join(", ")
    }: it is enlarged ${MAX_ENLARGEMENT} times, no more, and is ` +
    "smaller than the framing asks for. Send a larger photo, or one that is taken from nearer.";
  return [{ code: "car_small", message }];
}

/**
 * Returns the warning about variants that are wider than the working image although the photo has more pixels.
 *
 * @param variants The variants of the answer.
 * @returns An empty list if there are none.
 */
export function warnOfEnlarged(
  variants: readonly { name: string; isEnlarged?: boolean }[],
): Warning[] {
  const names = variants.filter(({ isEnlarged }) => isEnlarged).map(({ name }) => name);
  if (names.length === 0) return [];
  const message =
    `There was not enough CPU to decode the photo at the size of ${
      names.join(", ")
    }: enlarged from fewer pixels. Send a smaller ` +
    "photo, or ask for fewer variants at once.";
  return [{ code: "variant_enlarged", message }];
}
