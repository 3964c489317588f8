import { boxBlur } from "./box_blur.ts";
import type { FixtureMasks } from "./fixture_masks.ts";
import { floodMatte } from "./flood_matte.ts";
import { decodeRgb, encodePng, type Pixels } from "./image_files.ts";
import type { Box, Cut, Flaw, Mode } from "./messages.ts";

/** An approximation of the service's shadow, which falls straight down. */
const SHADOW = { opacity: 0.4, blurPx: 12, dropPx: 10 };

/**
 * Does the service's work: finds the car and returns it in the form of the mode.
 *
 * @param flaw An intentional fault of the picture.
 */
export function cutOut(file: Uint8Array, mode: Mode, flaw: Flaw, fixtures: FixtureMasks): Cut {
  const photo = decodeRgb(file);
  if (!photo) return null;
  const found = fixtures.find(file, photo) ?? floodMatte(photo);
  const { photo: pictured, mask } = spoil(photo, found, flaw);
  const png = encodePng(mode === "fg-mask" ? mask : toRgba(pictured, mask, mode));
  return { png, width: photo.width, height: photo.height, carBox: boundingBox(mask) };
}

function spoil(photo: Pixels, mask: Pixels, flaw: Flaw): { photo: Pixels; mask: Pixels } {
  switch (flaw) {
    case "none":
      return { photo, mask };
    case "wrong-size":
      return { photo: halve(photo), mask: halve(mask) };
    case "all-transparent":
      return { photo, mask: { ...mask, data: new Uint8Array(mask.data.length) } };
    case "all-opaque":
      return { photo, mask: { ...mask, data: new Uint8Array(mask.data.length).fill(255) } };
  }
}

/** Takes every second pixel of every second row. */
function halve({ width, height, channels, data }: Pixels): Pixels {
  const half: Pixels = {
    width: Math.ceil(width / 2),
    height: Math.ceil(height / 2),
    channels,
    data: new Uint8Array(Math.ceil(width / 2) * Math.ceil(height / 2) * channels),
  };
  for (let y = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      const from = (2 * y * width + 2 * x) * channels;
      half.data.set(data.subarray(from, from + channels), (y * half.width + x) * channels);
    }
  }
  return half;
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
