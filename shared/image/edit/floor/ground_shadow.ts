import { overBlack } from "../over_black.ts";
import { packedPixels, type Raster } from "../../raster.ts";
import type { Ground } from "./find_ground.ts";
import { type FloorShade, floorShade } from "./floor_shade.ts";

/** The strength at which the shadow looks natural. */
const NATURAL_STRENGTH = 50;

/**
 * Draws the shadow of a car on the floor, under the car's pixels: dark and narrow where the tyres stand, wide and soft
 * below the body, fading out with the distance. It is computed at reduced scale.
 *
 * @param image The image under which the shadow lies.
 * @param ground The floor under the car of this image.
 * @param strength 0 to 100; the shadow's optical density is proportional to it.
 * @returns A new image of the same size.
 */
export function drawGroundShadow(image: Raster, ground: Ground, strength: number): Raster {
  const { stepPx } = ground;
  const shade = floorShade(ground, image.height, strength / NATURAL_STRENGTH);
  const result = { ...image, data: image.data.slice() };
  const pixels = packedPixels(result);
  const cells = new Float32Array(shade.width + 1);
  for (let y = shade.topPx; y < image.height; y++) {
    if (!mixCells(shade, (y + 0.5 - shade.topPx) / stepPx - 0.5, cells)) continue;
    for (let x = 0, index = y * image.width; x < image.width; x++, index++) {
      if (pixels[index] >>> 24 === 255) continue;
      const at = Math.max(0, (x + 0.5) / stepPx - 0.5);
      const left = Math.floor(at);
      const black = cells[left] + (cells[left + 1] - cells[left]) * (at - left);
      if (black > 0) pixels[index] = overBlack(pixels[index], black);
    }
  }
  return result;
}

/**
 * Interpolates a row between two rows of cells. Beyond the outermost rows and columns the nearest one counts.
 *
 * @returns True if the row is not empty.
 */
function mixCells({ data, width, height }: FloorShade, at: number, cells: Float32Array): boolean {
  const upper = Math.max(0, Math.min(height - 1, Math.floor(at)));
  const lower = Math.min(height - 1, upper + 1);
  const part = Math.max(0, at - upper);
  let some = false;
  for (let i = 0; i < width; i++) {
    cells[i] = data[upper * width + i] * (1 - part) + data[lower * width + i] * part;
    some ||= cells[i] > 0;
  }
  cells[width] = cells[width - 1];
  return some;
}
