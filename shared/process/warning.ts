import { BACKGROUND_ERROR_CODES } from "../background/background_error.ts";

/** The stable codes of warnings. Those of a kept background are told of each request anew: they are not kept with a result. */
export const WARNING_CODES = [...BACKGROUND_ERROR_CODES, "image_damaged"] as const;

/** A stable code of a warning. */
export type WarningCode = typeof WARNING_CODES[number];

/** A note on a photo that was processed otherwise than asked. */
export interface Warning {
  /** Stable code. */
  code: WarningCode;
  /** What happened, as a sentence. */
  message: string;
}
