import { FilterType, type IMagickImage, MagickGeometry } from "@imagemagick/magick-wasm";
import { workingSize } from "../plan.ts";

/**
 * Scales an image down to the working size.
 *
 * @param image The image, which is changed.
 * @param longSidePx The target for the longer side, in pixels.
 */
export function shrink(image: IMagickImage, longSidePx: number): void {
  const { width, height, pixelsPerPixel } = workingSize(image, longSidePx);
  if (pixelsPerPixel === 1) return;
  // By whole numbers, pixels are averaged, as the JPEG decoder does; Catmull-Rom is nearly Lanczos for half the time.
  image.filterType = Number.isInteger(pixelsPerPixel) ? FilterType.Box : FilterType.Catrom;
  const geometry = new MagickGeometry(width, height);
  geometry.ignoreAspectRatio = true;
  image.resize(geometry);
}
