import type { Pixels } from "./image_files.ts";
import { boxBlur } from "./box_blur.ts";

/** Bound on the RGB distance of a background pixel from the border's mean. */
const COLOUR_TOLERANCE = 48;
const EDGE_SOFTNESS_PX = 1;
/** Plausible shares of the subject; a flood outside of them has failed. */
const PLAUSIBLE_SHARE = { min: 0.01, max: 0.95 };

/**
 * Simulates the service's segmentation for photos that are not fixtures.
 *
 * Pixels that are connected to the border and have its color are background, which is right for a subject in front of a
 * plain wall. If that leaves nothing or everything, the subject is a centered ellipse, so that there is an edge to crop to.
 *
 * @returns The mask, 255 for the subject, with a soft edge.
 */
export function floodMatte(photo: Pixels): Pixels {
  const { width, height } = photo;
  const background = flood(photo);
  const kept = 1 - background.reduce((sum, one) => sum + one, 0) / background.length;
  const isPlausible = kept > PLAUSIBLE_SHARE.min && kept < PLAUSIBLE_SHARE.max;
  const data = isPlausible ? background.map((one) => one ? 0 : 255) : centredEllipse(width, height);
  return boxBlur({ width, height, channels: 1, data }, EDGE_SOFTNESS_PX);
}

/** Marks the flooded pixels with 1. */
function flood({ width, height, data }: Pixels): Uint8Array {
  const border = borderIndices(width, height);
  const mean = [0, 1, 2].map((channel) =>
    border.reduce((sum, i) => sum + data[i * 3 + channel], 0) / border.length
  );
  const isLikeBorder = (i: number): boolean =>
    Math.hypot(data[i * 3] - mean[0], data[i * 3 + 1] - mean[1], data[i * 3 + 2] - mean[2]) <
      COLOUR_TOLERANCE;

  const reached = new Uint8Array(width * height);
  const queue = new Uint32Array(width * height);
  let end = 0;
  const visit = (i: number): void => {
    if (reached[i] || !isLikeBorder(i)) return;
    reached[i] = 1;
    queue[end++] = i;
  };
  border.forEach(visit);
  for (let next = 0; next < end; next++) {
    const i = queue[next];
    const x = i % width;
    if (x > 0) visit(i - 1);
    if (x < width - 1) visit(i + 1);
    if (i >= width) visit(i - width);
    if (i < width * (height - 1)) visit(i + width);
  }
  return reached;
}

function borderIndices(width: number, height: number): number[] {
  const indices: number[] = [];
  for (let x = 0; x < width; x++) indices.push(x, (height - 1) * width + x);
  for (let y = 0; y < height; y++) indices.push(y * width, y * width + width - 1);
  return indices;
}

function centredEllipse(width: number, height: number): Uint8Array {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const across = (x + 0.5 - width / 2) / (width * 0.4);
      const down = (y + 0.5 - height / 2) / (height * 0.3);
      if (across ** 2 + down ** 2 <= 1) data[y * width + x] = 255;
    }
  }
  return data;
}
