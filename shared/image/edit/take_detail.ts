import { packedPixels, type Raster } from "../raster.ts";

/**
 * Replaces the solid pixels of an enlarged cutout with those of a larger photo. The soft edge keeps its colours, which have
 * lost the old background.
 *
 * @param enlarged The cutout, enlarged to the photo's size.
 * @param photo The same part of the photo; it is changed.
 * @returns The photo's pixels with the cutout's alpha, in the array of `photo`.
 */
export function takeDetail(enlarged: Raster, photo: Raster): Raster {
  const from = packedPixels(enlarged);
  const to = packedPixels(photo);
  for (let i = 0; i < to.length; i++) {
    to[i] = from[i] >>> 24 === 255 ? to[i] | 0xff000000 : from[i];
  }
  return photo;
}
