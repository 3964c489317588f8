import type { DecodedCutout } from "../image/decode_cutout.ts";

/**
 * What a background remover answers, in the size of the photo that it was sent: a `mask`, where the photo's own pixels
 * are kept, or an `image`, the car as the remover drew it (with its shadow or hidden licence plate, as its mode says).
 */
export type Cutout = DecodedCutout;

/** Removes a photo's background. */
export interface BackgroundRemover {
  /** The remover's name, for `metadata.background.provider`. */
  readonly provider: string;
  /** Tells one setting of the remover from another: part of what a result is stored under. */
  readonly variant: string;

  /**
   * @param photo A JPEG, upright.
   * @param size The JPEG's size: the cutout has the same.
   * @param signal Aborts the request.
   * @throws {BackgroundError} If there is no cutout, or none that can be used.
   */
  remove(
    photo: Uint8Array<ArrayBuffer>,
    size: { width: number; height: number },
    signal?: AbortSignal,
  ): Promise<Cutout>;
}
