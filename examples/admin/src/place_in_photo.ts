/** A rectangle in pixels. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A rectangle within a photo, as shares of its width and height. */
export interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * Computes where a variant lies over its photo.
 *
 * @param variant The variant's size, and the place of the crop in it, in the variant's pixels.
 * @param crop The crop in the photo, in the photo's pixels.
 * @param photo The photo's width and height, in pixels.
 */
export function placeInPhoto(
  variant: { width: number; height: number; crop: Box },
  crop: Box,
  [width, height]: [number, number],
): Place {
  const across = crop.width / variant.crop.width;
  const down = crop.height / variant.crop.height;
  return {
    left: (crop.x - variant.crop.x * across) / width,
    top: (crop.y - variant.crop.y * down) / height,
    width: variant.width * across / width,
    height: variant.height * down / height,
  };
}
