/** A note on a photo that was processed otherwise than asked. */
export interface Warning {
  /** Stable code. */
  code: string;
  /** What happened, as a sentence. */
  message: string;
}
