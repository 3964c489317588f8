/** Why a photo's background was not removed: stable codes for `warnings`. */
export const BACKGROUND_ERROR_CODES = [
  "background_removal_not_configured",
  "background_removal_paused",
  "background_removal_timeout",
  "background_removal_unreachable",
  "background_removal_unauthorized",
  "background_removal_rate_limited",
  "background_removal_failed",
  "background_removal_invalid_reply",
] as const;

/** One of them. */
export type BackgroundErrorCode = typeof BACKGROUND_ERROR_CODES[number];

/** That a failure is the service's own: it would hit the next photo, too. */
export interface Outage {
  /** How long it asked to be left alone, in milliseconds. */
  retryAfterMs?: number;
}

/** A failed background removal. The photo is still processed; the caller finds this among the answer's warnings. */
export class BackgroundError extends Error {
  override name = "BackgroundError";
  /** The stable code. */
  readonly code: BackgroundErrorCode;
  /** Set where the service failed, and not only this photo. */
  readonly outage?: Outage;

  /**
   * @param code The stable code.
   * @param message What happened, as a sentence without upstream text: it is shown to the caller.
   * @param cause What led to it, for the log.
   * @param outage Where it is the service that failed.
   */
  constructor(code: BackgroundErrorCode, message: string, cause?: unknown, outage?: Outage) {
    super(message, { cause });
    this.code = code;
    this.outage = outage;
  }
}
