/** Why a photo's background was not removed: a stable code for `warnings`. */
export type BackgroundErrorCode =
  | "background_removal_not_configured"
  | "background_removal_timeout"
  | "background_removal_unreachable"
  | "background_removal_unauthorized"
  | "background_removal_rate_limited"
  | "background_removal_failed"
  | "background_removal_invalid_reply";

/** A failed background removal. The photo is still processed; the caller finds this among the answer's warnings. */
export class BackgroundError extends Error {
  override name = "BackgroundError";
  /** The stable code. */
  readonly code: BackgroundErrorCode;

  /**
   * @param code The stable code.
   * @param message What happened, as a sentence without upstream text: it is shown to the caller.
   * @param cause What led to it, for the log.
   */
  constructor(code: BackgroundErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
