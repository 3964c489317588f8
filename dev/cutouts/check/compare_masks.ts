import type { Pixels } from "../../api4ai/image_files.ts";
import { distances } from "./distances.ts";

/** Value from which a pixel counts as subject. */
const SUBJECT = 128;

/** Distance of a mask from the true one. */
export interface Difference {
  /** Intersection over union of the pixels that are at least half covered, 0 to 1. */
  iou: number;
  /** The same with shares of covered pixels, which a blurred edge lowers. */
  softIou: number;
  /** Mean distance between the two 50 % contours, in pixels, taken from both sides. */
  edgePx: number;
}

/** Compares two masks of one size, 255 for the subject. */
export function compareMasks(mask: Pixels, truth: Pixels): Difference {
  let both = 0, either = 0, least = 0, most = 0;
  for (let i = 0; i < mask.data.length; i++) {
    const a = mask.data[i] >= SUBJECT, b = truth.data[i] >= SUBJECT;
    if (a && b) both++;
    if (a || b) either++;
    least += Math.min(mask.data[i], truth.data[i]);
    most += Math.max(mask.data[i], truth.data[i]);
  }
  const contours = [contourOf(mask), contourOf(truth)];
  const { width, height } = mask;
  const [toMask, toTruth] = contours.map((contour) => distances(contour, width, height));
  let sum = 0, count = 0;
  for (let i = 0; i < mask.data.length; i++) {
    if (contours[0][i]) sum += toTruth[i], count++;
    if (contours[1][i]) sum += toMask[i], count++;
  }
  return { iou: both / either, softIou: least / most, edgePx: sum / count };
}

/** Marks the subject's pixels that have a neighbor outside of it. */
function contourOf({ width, height, data }: Pixels): Uint8Array {
  const contour = new Uint8Array(data.length);
  const isOutside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] < SUBJECT;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] < SUBJECT) continue;
      const isEdge = isOutside(x - 1, y) || isOutside(x + 1, y) || isOutside(x, y - 1) ||
        isOutside(x, y + 1);
      if (isEdge) contour[y * width + x] = 1;
    }
  }
  return contour;
}
