import { kernels, Scratch } from "../kernels/kernels.ts";
import type { Mask, Raster } from "../raster.ts";

/**
 * Multiplies a mask into an image's alpha, in place.
 *
 * @param image The image, cut from the frame that the mask covers.
 * @param mask The coverage of the whole frame.
 * @param origin The image's top left corner in that frame.
 * @returns The indexes of the partly covered pixels, in ascending order: the subject's soft edge.
 * @throws {EngineCrash} `engine_failed`, if there is no memory for some rows.
 */
export function applyMask(image: Raster, mask: Mask, origin: { x: number; y: number }): number[] {
  const { multiplyAlpha } = kernels();
  const { width, height, data } = image;
  const scratch = new Scratch();
  const pixels = scratch.reserve(width * 4);
  const covers = scratch.reserve(width);
  const partly = scratch.reserve(width * 4);
  const { bytes } = scratch;
  const indexes = new Uint32Array(bytes.buffer, partly, width);

  const edge: number[] = [];
  for (let y = 0; y < height; y++) {
    const from = (origin.y + y) * mask.width + origin.x;
    const row = data.subarray(y * width * 4, (y + 1) * width * 4);
    bytes.set(row, pixels);
    bytes.set(mask.data.subarray(from, from + width), covers);
    const count = multiplyAlpha(pixels, covers, width, partly);
    row.set(bytes.subarray(pixels, pixels + width * 4));
    for (let i = 0; i < count; i++) edge.push(y * width + indexes[i]);
  }
  return edge;
}
