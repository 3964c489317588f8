import { FilterType, type IMagickImage, MagickGeometry } from "@imagemagick/magick-wasm";
import { workingSize } from "../plan.ts";

/**
 * Scales an image down to the working size.
 *
 * @param image The image, which is changed.
 * @param longSidePx The target for the longer side, in pixels.
 * @param byWholeNumber Scales by a whole number in place of the engine; it returns `false` if it cannot. @default none
 */
export function shrink(
  image: IMagickImage,
  longSidePx: number,
  byWholeNumber?: (image: IMagickImage, factor: number) => boolean,
): void {
  const { width, height, pixelsPerPixel } = workingSize(image, longSidePx);
  if (pixelsPerPixel === 1) return;
  if (Number.isInteger(pixelsPerPixel) && byWholeNumber?.(image, pixelsPerPixel)) return;
  // By whole numbers, pixels are averaged, as the JPEG decoder does; Catmull-Rom is nearly Lanczos for half the time.
  image.filterType = Number.isInteger(pixelsPerPixel) ? FilterType.Box : FilterType.Catrom;
  const geometry = new MagickGeometry(width, height);
  geometry.ignoreAspectRatio = true;
  image.resize(geometry);
}
