/** The stable codes in `warnings` for a background that was not removed. */
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

/** One of {@linkcode BACKGROUND_ERROR_CODES}. */
export type BackgroundErrorCode = typeof BACKGROUND_ERROR_CODES[number];

/** Marks a failure of the service itself, which would also affect the next photo. */
export interface Outage {
  /** The pause that the service requests, in milliseconds. */
  retryAfterMs?: number;
}

/** A failed background removal. The photo is still processed, and the response's warnings contain this error. */
export class BackgroundError extends Error {
  override name = "BackgroundError";
  /** The stable code. */
  readonly code: BackgroundErrorCode;
  /** Set if the service failed, and not only this photo. */
  readonly outage?: Outage;

  /**
   * @param code The stable code.
   * @param message A sentence that says what happened, for the caller: without upstream text.
   * @param cause The underlying cause, for the log.
   * @param outage Set if the service failed.
   */
  constructor(code: BackgroundErrorCode, message: string, cause?: unknown, outage?: Outage) {
    super(message, { cause });
    this.code = code;
    this.outage = outage;
  }
}
