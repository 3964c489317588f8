import type { Pixels } from "./image_files.ts";
import { boxBlur } from "./box_blur.ts";

/** How far a background pixel's colour may be from the border's mean, as RGB distance. */
const COLOUR_TOLERANCE = 48;
const EDGE_SOFTNESS_PX = 1;
/** A flood that leaves less of the photo, or more, has failed. */
const PLAUSIBLE_SHARE = { min: 0.01, max: 0.95 };

/**
 * A stand-in for the service's segmentation of photos that are not fixtures.
 *
 * Everything that is connected to the border and coloured like it is background. That is right for
 * a subject in front of a plain wall. Where it leaves nothing, or everything, the subject is taken
 * to be a centred ellipse, so that there is still an edge to crop to.
 *
 * @returns 255 where the subject is, with a softened edge
 */
export function floodMatte(photo: Pixels): Pixels {
  const { width, height } = photo;
  const background = flood(photo);
  const kept = 1 - background.reduce((sum, one) => sum + one, 0) / background.length;
  const isPlausible = kept > PLAUSIBLE_SHARE.min && kept < PLAUSIBLE_SHARE.max;
  const data = isPlausible ? background.map((one) => one ? 0 : 255) : centredEllipse(width, height);
  return boxBlur({ width, height, channels: 1, data }, EDGE_SOFTNESS_PX);
}

/** Marks with 1 what the flood reaches. */
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
