import { renderVariant } from "../pipeline.ts";
import { planVariant } from "../plan.ts";
import { createRaster } from "../raster.ts";

/** A small picture in about a car's proportions: enough to start the engines and to compile the hot code. */
const CROP = { width: 480, height: 240 };

/**
 * Renders a small picture and discards it, so that the engines are started and V8 has compiled the code before the next
 * photo.
 */
export async function warmUp(): Promise<void> {
  const crop = createRaster(CROP);
  // A textured ellipse: its alpha is neither all nor nothing, and its colours do not compress to nothing.
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
