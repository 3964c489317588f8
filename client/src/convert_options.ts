import type { Picture } from "./render_photo.ts";

/**
 * A decoder of HEIC, for browsers that have none. The module `heic-to` has this shape.
 *
 * @example
 * ```ts
 * const heicDecoder = () => import("heic-to/csp");
 * ```
 */
export interface HeicDecoder {
  /**
   * Decodes a HEIC's primary image, which is the only visible one of the file that it gets. It is best done in a worker, so
   * that the page does not freeze.
   *
   * @returns An `ImageBitmap`, upright, with the file's own values of red, green and blue: not converted to sRGB. The client
   * closes it.
   */
  heicTo(options: { blob: Blob; type: "bitmap" }): Promise<Picture>;
}

/** Settings for converting photos before their upload. */
export interface ConvertOptions {
  /**
   * Loads a decoder of HEIC. It is called only for a HEIC that the browser cannot decode, so a dynamic import loads nothing
   * before. @default none: such a HEIC is sent as it is
   */
  heicDecoder?: () => Promise<HeicDecoder>;
  /** Bound on the longer side of the JPEG in pixels; with `downscale`, that option's applies. @default 4032 */
  longSide?: number;
  /** Quality of the JPEG, above 0 and up to 1; with `downscale`, that option's applies. @default 0.92 */
  quality?: number;
}
