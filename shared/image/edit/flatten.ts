import type { Color, Raster } from "../raster.ts";

/**
 * Composites an image over a colour.
 *
 * @param image The image.
 * @param background The colour, straight RGBA with alpha above 0; a translucent colour leaves the result translucent.
 * @returns A new image of the same size.
 */
export function flatten(image: Raster, background: Color): Raster {
  const data = image.data.slice();
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3];
    if (alpha === 255) continue;
    const under = (background.a * (255 - alpha)) / 255;
    const out = alpha + under;
    data[at] = (data[at] * alpha + background.r * under) / out;
    data[at + 1] = (data[at + 1] * alpha + background.g * under) / out;
    data[at + 2] = (data[at + 2] * alpha + background.b * under) / out;
    data[at + 3] = out;
  }
  return { ...image, data };
}
