import { boxBlur } from "./box_blur.ts";
import { encodePng, type Pixels } from "./image_files.ts";
import type { Box, Mode, Picture } from "./messages.ts";

/** An approximation of the service's shadow, which falls straight down. */
const SHADOW = { opacity: 0.4, blurPx: 12, dropPx: 10 };

/**
 * Makes the picture of an answer, in the form of the mode.
 *
 * @param photo RGB.
 * @param mask Grey, 255 for the car, with the photo's size.
 */
export function makePicture(photo: Pixels, mask: Pixels, mode: Mode): Picture {
  const { width, height } = photo;
  const png = encodePng(mode === "fg-mask" ? mask : toRgba(photo, mask, mode));
  return { png, width, height, carBox: boundingBox(mask) };
}

/** Adds the mask to the photo as straight alpha; pixels with only shadow are black. */
function toRgba(photo: Pixels, mask: Pixels, mode: Mode): Pixels {
  const { width, height } = photo;
  const shadow = mode.includes("shadow") ? boxBlur(mask, SHADOW.blurPx).data : undefined;
  const data = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const car = mask.data[i];
    const fallen = i - SHADOW.dropPx * width;
    const dark = shadow && fallen >= 0 ? shadow[fallen] * SHADOW.opacity : 0;
    const alpha = car + dark * (1 - car / 255);
    // Straight alpha: weights the car's color by its share of the visible pixel.
    const share = alpha > 0 ? car / alpha : 0;
    for (let c = 0; c < 3; c++) data[i * 4 + c] = Math.round(photo.data[i * 3 + c] * share);
    data[i * 4 + 3] = Math.round(alpha);
  }
  return { width, height, channels: 4, data };
}

/** Returns the bounds of all pixels that are not fully transparent; `null` if there are none. */
function boundingBox({ width, height, data }: Pixels): Box | null {
  let left = width, top = height, right = -1, bottom = -1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] === 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  if (right < 0) return null;
  return [
    left / width,
    top / height,
    (right - left + 1) / width,
    (bottom - top + 1) / height,
  ];
}
