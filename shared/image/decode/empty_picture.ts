import { AppError } from "../../errors.ts";
import type { Size } from "../raster.ts";

/** Maximum pixels per byte of a photo's file. A photo has 2 to 20; a single-colour PNG or WebP has 1000. */
const MAX_PIXELS_PER_BYTE = 4_096;

/** Size up to which any picture is cheap, in pixels. */
const CHEAP_PIXELS = 4e6;

/**
 * Refuses a picture whose file is too small to hold a photo. This stops files of 34 bytes that decode to 64 megapixels,
 * whether the CPU is limited or not.
 *
 * @param size The picture's size.
 * @param bytes Length of its file, in bytes.
 * @returns `image_too_costly`, or `null`.
 */
export function emptyPicture({ width, height }: Size, bytes: number): AppError | null {
  const pixels = width * height;
  if (pixels <= CHEAP_PIXELS || pixels <= bytes * MAX_PIXELS_PER_BYTE) return null;
  const message =
    `The image has ${width} x ${height} pixels in a file of ${bytes} bytes, which cannot contain a photo. ` +
    "Send the photo itself.";
  return new AppError("image_too_costly", message, { details: { width, height, bytes } });
}
