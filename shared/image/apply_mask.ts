import type { Mask, Raster } from "./raster.ts";

/**
 * Multiplies a mask into an image's alpha, in place.
 *
 * @param image The image, a cut of the frame that the mask covers.
 * @param mask The coverage of the whole frame.
 * @param origin Where the image lies in that frame.
 */
export function applyMask(image: Raster, mask: Mask, origin: { x: number; y: number }): void {
  const { data, width, height } = image;
  for (let y = 0; y < height; y++) {
    multiplyRow(data, y * width * 4 + 3, mask.data, (origin.y + y) * mask.width + origin.x, width);
  }
}

function multiplyRow(
  data: Uint8ClampedArray,
  alphaAt: number,
  mask: Uint8Array,
  maskAt: number,
  count: number,
): void {
  for (let i = 0; i < count; i++, alphaAt += 4) {
    const product = data[alphaAt] * mask[maskAt + i] + 128;
    data[alphaAt] = (product + (product >> 8)) >> 8; // division by 255, rounded
  }
}
