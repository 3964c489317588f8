import { packedPixels, type Raster } from "../raster.ts";

/**
 * Composites an image over an opaque backdrop of the same size.
 *
 * @param image The image, straight alpha; it is not changed.
 * @param backdrop The backdrop, opaque; it is not changed.
 * @returns A new opaque image.
 */
export function putBefore(image: Raster, backdrop: Raster): Raster {
  const result = { ...image, data: backdrop.data.slice() };
  const over = packedPixels(image);
  const pixels = packedPixels(result);
  for (let i = 0; i < pixels.length; i++) {
    const pixel = over[i];
    const alpha = pixel >>> 24;
    if (alpha === 0) continue;
    if (alpha === 255) {
      pixels[i] = pixel;
      continue;
    }
    const under = pixels[i];
    const mix = (shift: number) => {
      const below = (under >>> shift) & 255;
      return Math.round(below + (((pixel >>> shift) & 255) - below) * (alpha / 255)) << shift;
    };
    pixels[i] = 0xff000000 | mix(16) | mix(8) | mix(0);
  }
  return result;
}
