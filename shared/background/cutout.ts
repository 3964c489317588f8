import type { DecodedCutout } from "../image/decode/decode_cutout.ts";

/**
 * A background remover's decoded result, in the size of the sent photo: a `mask`, if the photo's own pixels are
 * used, or an `image`, the car as the remover drew it (with a shadow or a hidden licence plate, depending on its
 * mode).
 */
export type Cutout = DecodedCutout;

/** An encoded cutout from a background remover. It is untrusted until `check_cutout.ts` has checked it. */
export interface CutoutFile {
  kind: Cutout["kind"];
  /** The encoded image. */
  bytes: Uint8Array<ArrayBuffer>;
}

/** Removes a photo's background. */
export interface BackgroundRemover {
  /** The remover's id, for `metadata.background.provider`. */
  readonly provider: string;
  /** The remover's name, for messages. */
  readonly name: string;
  /** Identifies the remover's settings. Part of the path of a stored result. */
  readonly variant: string;
  /** The kind of its cutouts. */
  readonly kind: Cutout["kind"];

  /**
   * Starts to check whether the remover is available. The check runs while the photo is decoded; a second call
   * shortly afterwards costs nothing. It does not throw.
   */
  prepare?(): Promise<void>;

  /**
   * Gets a photo's cutout. It mostly waits for the network; the caller decodes the cutout.
   *
   * @param photo A JPEG, upright.
   * @param signal Aborts the request.
   * @throws {BackgroundError} If there is no cutout.
   */
  remove(photo: Uint8Array<ArrayBuffer>, signal?: AbortSignal): Promise<CutoutFile>;
}
