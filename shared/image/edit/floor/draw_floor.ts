import type { Raster } from "../../raster.ts";
import { findGround } from "./find_ground.ts";
import { drawGroundShadow } from "./ground_shadow.ts";
import { drawReflection } from "./reflection.ts";

/** The look of the floor on which a car stands. */
export interface FloorLook {
  /** Strength of the ground shadow, 0 to 100; 0 draws none. */
  shadow: number;
  /** Opacity of the reflection at the tyres, in per cent, 0 to 100; 0 draws none. */
  reflection: number;
}

/**
 * Puts a car on a floor: its reflection, and under that its shadow. Both follow from the car in the image, so they fit
 * every framing.
 *
 * @param image The car on transparent pixels, whole at its lower edge.
 * @param look The look of the floor.
 * @returns A new image of the same size, or the same image if there is no car.
 */
export function drawFloor(image: Raster, { shadow, reflection }: FloorLook): Raster {
  const ground = findGround(image);
  if (!ground) return image;
  const reflected = reflection > 0 ? drawReflection(image, ground, reflection) : image;
  return shadow > 0 ? drawGroundShadow(reflected, ground, shadow) : reflected;
}
