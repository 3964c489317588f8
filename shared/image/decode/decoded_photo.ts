import type { Mask, Raster, Rect, Size } from "../raster.ts";
import type { PixelRows } from "./pixel_rows.ts";

/** Facts about a decoded photo besides its pixels. */
export interface PhotoFacts {
  /** Size of the photo in its file, upright. */
  readonly originalSize: Size;
  /** Whether parts of the picture are missing or wrong. */
  readonly damaged: boolean;
  /** Whether the file's end is missing, although the picture is complete. */
  readonly endMissing: boolean;
  /** Whether the file's colour profile was ignored, as damaged or as made for another kind of picture. */
  readonly profileIgnored: boolean;
}

/**
 * A working image: the decoded photo, upright, sRGB, without metadata. Dispose of it: its memory is not, or too late,
 * garbage-collected.
 *
 * All methods throw {@linkcode AppError} `engine_failed`, if the image engine has crashed and the photo is lost with it, or if there is
 * no memory.
 */
export interface DecodedPhoto extends PhotoFacts, Disposable {
  /** Size of the working image, upright. */
  readonly size: Size;
  /** Whether the pixel loops have decoded it, and not ImageMagick. */
  readonly isPlainJpeg: boolean;
  /** Whether any pixel is transparent. */
  readonly hasAlpha: boolean;

  /** Copies a rectangle of pixels. The rectangle must lie within {@linkcode size}. */
  read(rect: Rect): Raster;

  /** Copies the whole alpha channel. */
  readAlpha(): Mask;

  /**
   * Copies rows of pixels, without alpha if no pixel is transparent.
   *
   * @param from The first row.
   * @param to The last row, exclusively.
   */
  readRows(from: number, to: number): PixelRows;

  /**
   * Encodes the whole photo as a JPEG, with transparent parts on white. The bytes are those that ImageMagick writes.
   *
   * @param quality 1 to 90.
   */
  toJpeg(quality: number): Uint8Array<ArrayBuffer>;
}
