import type { FixtureMasks } from "./fixture_masks.ts";
import { floodMatte } from "./flood_matte.ts";
import { decodeRgb, type Pixels } from "./image_files.ts";
import { makePicture } from "./make_picture.ts";
import type { Box, Cut, Flaw, Mode } from "./messages.ts";

/** Grey of a plate that the simulator has hidden. */
const HIDDEN = 200;

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
  const { width, height } = photo;
  const plate = mode.endsWith("hideclp") ? fixtures.plateOf(file) : undefined;
  if (plate) paintOver(pictured, plate);
  return { ...makePicture(pictured, mask, mode), width, height, ...(plate && { plate }) };
}

/** Hides a plate, as the service does. */
function paintOver({ width, height, channels, data }: Pixels, [x, y, across, down]: Box): void {
  for (let row = Math.floor(y * height); row < (y + down) * height; row++) {
    const from = (row * width + Math.floor(x * width)) * channels;
    data.fill(HIDDEN, from, from + Math.ceil(across * width) * channels);
  }
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
