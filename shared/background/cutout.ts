import type { DecodedCutout } from "../image/decode/decode_cutout.ts";

/**
 * What a background remover answers, in the size of the photo that it was sent: a `mask`, where the photo's own pixels
 * are kept, or an `image`, the car as the remover drew it (with its shadow or hidden licence plate, as its mode says).
 */
export type Cutout = DecodedCutout;

/** A cutout as a background remover sends it, not decoded yet and not to be trusted: see `check_cutout.ts`. */
export interface CutoutFile {
  kind: Cutout["kind"];
  /** The encoded image. */
  bytes: Uint8Array<ArrayBuffer>;
}

/** Removes a photo's background. */
export interface BackgroundRemover {
  /** The remover's id, for `metadata.background.provider`. */
  readonly provider: string;
  /** The remover's name, for sentences that people read. */
  readonly name: string;
  /** Tells one setting of the remover from another: part of what a result is stored under. */
  readonly variant: string;
  /** What its cutouts are. */
  readonly kind: Cutout["kind"];

  /**
   * Finds out whether it can be asked at all. Begun before the photo is decoded, it is there when it is needed; calling
   * it again a moment later costs nothing. It does not throw.
   */
  prepare?(): Promise<void>;

  /**
   * Waits for the network mostly; decoding what comes is left to the caller.
   *
   * @param photo A JPEG, upright.
   * @param signal Aborts the request.
   * @throws {BackgroundError} If there is no cutout.
   */
  remove(photo: Uint8Array<ArrayBuffer>, signal?: AbortSignal): Promise<CutoutFile>;
}
