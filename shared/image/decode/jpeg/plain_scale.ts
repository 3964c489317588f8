import { jpegEighths, jpegScale, workingSize } from "../../plan.ts";
import type { Size } from "../../raster.ts";

/** The scales of the pixel loops, in eighths. */
export type PlainScale = 1 | 2 | 3 | 4;

/** ImageMagick derives the scale from the rounded lengths of both sides. Below this, in pixels, the shorter one can change it. */
const MIN_SIDE_PX = 64;

/**
 * Returns the scale at which the pixel loops decode a plain JPEG.
 *
 * @param size The size in the file.
 * @param longSidePx The target for the longer side, in pixels.
 * @returns Eighths; `null` for a scale that only ImageMagick has, or if the picture has to be scaled on.
 */
export function plainScale(size: Size, longSidePx: number): PlainScale | null {
  const eighths = jpegEighths(size, longSidePx);
  if (!isPlainScale(eighths)) return null;
  const isScaledOn = workingSize(jpegScale(size, longSidePx), longSidePx).pixelsPerPixel > 1;
  return isScaledOn || Math.min(size.width, size.height) < MIN_SIDE_PX ? null : eighths;
}

function isPlainScale(eighths: number): eighths is PlainScale {
  return eighths <= 4;
}
