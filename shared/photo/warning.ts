import { BACKGROUND_ERROR_CODES } from "../background/background_error.ts";
import { RESULT_WARNING_CODES } from "../storage/manifest.ts";

/** The stable codes of warnings: of a kept background, found anew for each request, and of the result, stored with it. */
export const WARNING_CODES = [...BACKGROUND_ERROR_CODES, ...RESULT_WARNING_CODES] as const;

/** A stable code of a warning. */
export type WarningCode = typeof WARNING_CODES[number];

/** A note on a photo that was processed otherwise than asked. */
export interface Warning {
  /** Stable code. */
  code: WarningCode;
  /** What happened, as a sentence. */
  message: string;
}

/** The warning about a photo whose file is damaged. */
export const DAMAGED: Warning = {
  code: "image_damaged",
  message: "The photo's file is damaged: parts of the picture may look wrong. Upload it again.",
};

/** The warning about a crop that may cut the car. */
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
    "The photo's colour profile is damaged, or made for another kind of picture, and was ignored: colours may look wrong. " +
    "Save the photo in sRGB.",
};

/** The warning about a photo whose file has all of the picture, and lacks its end. */
export const END_MISSING: Warning = {
  code: "image_end_missing",
  message: "The photo's file lacks its end, but the picture is complete. You need not do anything.",
};
