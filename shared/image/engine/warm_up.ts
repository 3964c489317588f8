import { renderVariant } from "../pipeline.ts";
import { planVariant } from "../plan.ts";
import { createRaster } from "../raster.ts";

/** About a car's shape, and small: the engines start and the code gets hot, and little else is done. */
const CROP = { width: 480, height: 240 };

/**
 * Renders a small picture that nobody gets: what it starts and what V8 compiles of it, the next photo need not.
 */
export async function warmUp(): Promise<void> {
  const crop = createRaster(CROP);
  // An ellipse with some texture: alpha that is neither all nor nothing, colours that do not compress to nothing.
  for (let y = 0; y < CROP.height; y++) {
    for (let x = 0; x < CROP.width; x++) {
      const [dx, dy] = [2 * x / CROP.width - 1, 2 * y / CROP.height - 1];
      const at = (y * CROP.width + x) * 4;
      crop.data[at] = x;
      crop.data[at + 1] = y;
      crop.data[at + 2] = x ^ y;
      crop.data[at + 3] = 400 * (1 - dx * dx - dy * dy);
    }
  }
  const plan = planVariant("grid", crop, "contain", true);
  const background = { r: 0, g: 0, b: 0, a: 0 };
  await renderVariant(crop, { ...plan, shadow: true, background, format: "webp", quality: 84 });
}
