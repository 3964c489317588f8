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
