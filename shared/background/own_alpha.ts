import type { Mask, Rect } from "../image/raster.ts";
import { boundsOfMask } from "../image/edit/bounds.ts";
import { COVERED, coverOf, MIN_COVER } from "./check_cutout.ts";

/** The provider of a cutout that came with the photo: its own alpha channel. */
export const OWN_ALPHA = "own_alpha";

/**
 * Minimum share of uncovered pixels in the subject's bounding box, and on its border. A car leaves 15 % or more free,
 * a screenshot's rounded corners less than 1 %, an opaque photo on a larger transparent canvas nothing.
 */
export const MIN_FREE = 0.02;

/**
 * Judges whether a photo's alpha channel is a cutout, such as another tool makes it.
 *
 * A pixel is covered if it is more than half opaque. The alpha is a cutout if
 * - the covered pixels are at least 0.2 % of the photo, as in a cutout of API4.ai,
 * - at least 2 % of the pixels in their bounding box are uncovered, and
 * - at least 2 % of the pixels on that box's border are uncovered: a hole within the picture is no background.
 *
 * @param alpha The alpha channel, of any size.
 */
export function isOwnCutout(alpha: Mask): boolean {
  const bounds = boundsOfMask(alpha, COVERED);
  if (bounds === null || coverOf(alpha.data) < MIN_COVER) return false;
  const { width, height } = bounds;
  const border = height > 1 ? 2 * width + 2 * (height - 2) : width;
  return uncovered(alpha, bounds, 1) >= MIN_FREE * width * height &&
    uncovered(alpha, bounds, Math.max(1, width - 1)) >= MIN_FREE * border;
}

/**
 * Counts the uncovered pixels of a rectangle.
 *
 * @param stepX Step between the counted pixels of an inner row; its first and last row are counted completely.
 */
function uncovered({ data, width: stride }: Mask, box: Rect, stepX: number): number {
  let count = 0;
  for (let row = 0; row < box.height; row++) {
    const from = (box.y + row) * stride + box.x;
    const isOuter = row === 0 || row === box.height - 1;
    const step = isOuter ? 1 : stepX;
    for (let at = from; at < from + box.width; at += step) if (data[at] <= COVERED) count++;
  }
  return count;
}
