import type { Mask, Raster } from "../raster.ts";

/**
 * Multiplies a mask into an image's alpha, in place.
 *
 * @param image The image, cut from the frame that the mask covers.
 * @param mask The coverage of the whole frame.
 * @param origin The image's top left corner in that frame.
 * @returns The indexes of the partly covered pixels, in ascending order: the subject's soft edge.
 */
export function applyMask(image: Raster, mask: Mask, origin: { x: number; y: number }): number[] {
  const edge: number[] = [];
  for (let y = 0; y < image.height; y++) {
    const from = (origin.y + y) * mask.width + origin.x;
    multiplyRow(image.data, y * image.width, mask.data, from, image.width, edge);
  }
  return edge;
}

function multiplyRow(
  data: Uint8ClampedArray,
  start: number,
  mask: Uint8Array,
  from: number,
  count: number,
  edge: number[],
): void {
  for (let i = 0; i < count; i++) {
    const cover = mask[from + i];
    if (cover === 255) continue;
    const at = (start + i) * 4 + 3;
    if (cover === 0) data[at] = 0;
    else {
      const product = data[at] * cover + 128;
      data[at] = (product + (product >> 8)) >> 8; // division by 255, rounded
      edge.push(start + i);
    }
  }
}
