import { createRaster, packedPixels, type Raster, type Rect, type Size } from "../raster.ts";

/**
 * Places an image in a transparent frame.
 *
 * @param image The image, in the target's size.
 * @param frame The frame's size.
 * @param target The image's place in the frame; it lies within the frame.
 * @returns A new image of the frame's size, or the same image if it fills the frame.
 */
export function place(image: Raster, frame: Size, target: Rect): Raster {
  if (target.width === frame.width && target.height === frame.height) return image;
  const result = createRaster(frame);
  const from = packedPixels(image);
  const to = packedPixels(result);
  for (let y = 0; y < image.height; y++) {
    to.set(
      from.subarray(y * image.width, (y + 1) * image.width),
      (target.y + y) * frame.width + target.x,
    );
  }
  return result;
}
