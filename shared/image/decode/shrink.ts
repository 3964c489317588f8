import { FilterType, type IMagickImage, MagickGeometry } from "@imagemagick/magick-wasm";
import { boxShrink } from "./box_shrink.ts";
import { workingSize } from "../plan.ts";

/**
 * Scales an image down to the working size.
 *
 * @param image The image, which is changed.
 * @param longSidePx The target for the longer side, in pixels.
 * @param isCheap Whether {@linkcode boxShrink} scales by whole numbers, which costs less and differs by a level. @default false
 */
export function shrink(image: IMagickImage, longSidePx: number, isCheap = false): void {
  const { width, height, pixelsPerPixel } = workingSize(image, longSidePx);
  if (pixelsPerPixel === 1) return;
  if (isCheap && Number.isInteger(pixelsPerPixel) && boxShrink(image, pixelsPerPixel)) return;
  // By whole numbers, pixels are averaged, as the JPEG decoder does; Catmull-Rom is nearly Lanczos for half the time.
  image.filterType = Number.isInteger(pixelsPerPixel) ? FilterType.Box : FilterType.Catrom;
  const geometry = new MagickGeometry(width, height);
  geometry.ignoreAspectRatio = true;
  image.resize(geometry);
}
