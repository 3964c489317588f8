import { encode } from "../../image/encode/encode.ts";
import { createRaster } from "../../image/raster.ts";
import { HealthError } from "./run_checks.ts";

/**
 * Starts ImageMagick and libwebp, unless they run, and has each write a picture of one pixel.
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
