import { encode } from "../../image/encode/encode.ts";
import { createRaster } from "../../image/raster.ts";
import { HealthError } from "./run_checks.ts";

/**
 * Starts ImageMagick and libwebp if necessary, and encodes an image of one pixel with each.
 *
 * @throws {HealthError} If one of them does not work.
 */
export async function checkEngines(): Promise<void> {
  const pixel = createRaster({ width: 1, height: 1 });
  for (const format of ["png", "webp"] as const) {
    const file = await encode(pixel, format, 84);
    if (file.length === 0) throw new HealthError(`The engine wrote no ${format}.`);
  }
}
