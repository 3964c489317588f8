import type { Raster, Rect, Size } from "../../shared/image/raster.ts";
import { draw } from "./pixels.ts";

/** The look of a drawn car. */
export interface CarLook {
  /** Levels of its light and dark stripes, 0 to 255. @default 200 and 60 */
  levels?: [light: number, dark: number];
  /** Width of the ramp between two stripes, in pixels: 1 is sharp. @default 1 */
  rampPx?: number;
  /** Alpha at a distance from the car's edge, in pixels. @default 255 everywhere */
  alphaAt?: (insidePx: number) => number;
}

/** Width of a stripe, in pixels. */
const STRIPE = 40;

/**
 * Draws cars with checks of two levels, each with a bonnet that is lower than its roof, so that its alpha is a cutout.
 *
 * @param size The picture's size.
 * @param cars Their boxes.
 */
export function drawCars(
  size: Size,
  cars: readonly Rect[],
  { levels: [light, dark] = [200, 60], rampPx = 1, alphaAt = () => 255 }: CarLook = {},
): Raster {
  const wave = (at: number) => {
    const inStripe = at % (2 * STRIPE);
    const rising = Math.min(1, inStripe / rampPx);
    return inStripe < STRIPE ? rising : 1 - Math.min(1, (inStripe - STRIPE) / rampPx);
  };
  return draw(size, (x, y) => {
    const car = cars.find((one) => isIn(one, x, y));
    if (!car) return [0, 0, 0, 0];
    const share = (wave(x - car.x) + wave(y - car.y)) / 2;
    const level = Math.round(dark + (light - dark) * share);
    const inside = Math.min(x - car.x, car.x + car.width - 1 - x, car.y + car.height - 1 - y);
    return [level, level, level, alphaAt(inside)];
  });
}

function isIn({ x: left, y: top, width, height }: Rect, x: number, y: number): boolean {
  if (x < left || y < top || x >= left + width || y >= top + height) return false;
  return y >= top + height / 3 || x >= left + width / 3;
}
