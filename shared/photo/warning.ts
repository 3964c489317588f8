import { BACKGROUND_ERROR_CODES } from "../background/background_error.ts";
import { MAX_ENLARGEMENT } from "../image/framing.ts";
import type { Size } from "../image/raster.ts";
import { RESULT_WARNING_CODES } from "../storage/manifest.ts";

/**
 * The stable codes of warnings: about a kept background and about the photo's size, which each request detects again,
 * and about the result, which are stored with it.
 */
export const WARNING_CODES = [
  ...BACKGROUND_ERROR_CODES,
  ...RESULT_WARNING_CODES,
  "car_small",
  "variant_enlarged",
  "photo_small",
] as const;

/** A stable code of a warning. */
export type WarningCode = typeof WARNING_CODES[number];

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
  color_profile_ignored:
    "The photo's ICC profile is damaged, or describes another kind of picture (a CMYK profile in an RGB photo). The colours are those " +
    "of the photo without it.",
  car_small:
    `The car has so few pixels that it would have to be enlarged more than ${MAX_ENLARGEMENT} times for the size that \`framing\` asks ` +
    "for. It is smaller than in the gallery's other pictures. Send a larger photo, or one that is taken from nearer.",
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
