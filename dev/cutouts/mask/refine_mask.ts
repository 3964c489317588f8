import type { Pixels } from "../../api4ai/image_files.ts";
import type { CoarseMask } from "../inference/segmenter.ts";
import { emptyPlane, type Plane } from "../plane.ts";
import { boxMean } from "./box_mean.ts";
import { guidedFilter } from "./guided_filter.ts";
import { boundsOf, keepLargestSubject } from "./largest_subject.ts";
import { resizePlane } from "./resize_plane.ts";

/**
 * The refinement's settings; lengths are shares of the long side of the masked part. Measured on the fixtures
 * (bench/CUTOUTS.md): windows of 0.014 follow edges beside the car's, and without smoothing a fringe of noise remains.
 */
const REFINEMENT = { radius: 0.003, band: 0.005, smoothing: 0.0015, epsilon: 1e-3, contrast: 3 };

/** Bound on the guide's long side, in pixels: the filter takes 20 planes of its size. The function sends 2048 pixels. */
const MAX_GUIDE_PX = 2_048;

const ROUNDING = 1e-6;

/** The largest hole of a mask that is filled, as a share of its pixels: a model leaves specks, real holes are larger. */
const MAX_HOLE_SHARE = 0.0006;

/**
 * Refines a coarse mask at the photo's size: keeps the largest subject, and moves its edge to the photo's edges.
 *
 * @param photo RGB.
 * @param coarse The model's mask of a part of the photo. Changed in place.
 * @returns The mask, 255 for the subject, with the photo's size.
 */
export function refineMask(photo: Pixels, coarse: CoarseMask): Pixels {
  keepLargestSubject(coarse.mask, MAX_HOLE_SHARE * coarse.mask.data.length);
  const placed = enlargeMask(cropToSubject(coarse));
  const { width, height } = placed.mask;
  const step = Math.ceil(Math.max(width, height) / MAX_GUIDE_PX);
  const guide = guideOf(photo, placed, step);
  if (step === 1) return placeMask({ ...placed, mask: alignEdges(guide, placed.mask) }, photo);
  const [{ width: columns, height: rows }] = guide;
  const whole = { left: 0, top: 0, right: columns * step, bottom: rows * step };
  const small = alignEdges(guide, resizePlane(placed.mask, whole, columns, rows));
  const covered = { left: 0, top: 0, right: width / step, bottom: height / step };
  return placeMask({ ...placed, mask: resizePlane(small, covered, width, height) }, photo);
}

/** Crops a coarse mask to its subject with two pixels around it, so that the rest of the photo costs nothing. */
function cropToSubject({ mask, part }: CoarseMask): CoarseMask {
  const inner = boundsOf(mask, (value) => value > 0);
  if (!inner) return { mask, part };
  const left = Math.max(0, inner.left - 2), right = Math.min(mask.width, inner.right + 2);
  const top = Math.max(0, inner.top - 2), bottom = Math.min(mask.height, inner.bottom + 2);
  const cropped = emptyPlane(right - left, bottom - top);
  for (let y = top; y < bottom; y++) {
    const row = mask.data.subarray(y * mask.width + left, y * mask.width + right);
    cropped.data.set(row, (y - top) * cropped.width);
  }
  const scaleX = (part.right - part.left) / mask.width;
  const scaleY = (part.bottom - part.top) / mask.height;
  return {
    mask: cropped,
    part: {
      left: part.left + left * scaleX,
      top: part.top + top * scaleY,
      right: part.left + right * scaleX,
      bottom: part.top + bottom * scaleY,
    },
  };
}

/** A mask with the size of a photo's part, and its place in whole pixels. */
export interface PlacedMask {
  left: number;
  top: number;
  mask: Plane;
}

/** Enlarges a coarse mask to the size of the photo's part, by interpolation. */
export function enlargeMask({ mask, part }: CoarseMask): PlacedMask {
  // Sums of fractions may exceed the photo's edge by a rounding error.
  const left = Math.floor(part.left + ROUNDING), top = Math.floor(part.top + ROUNDING);
  const width = Math.ceil(part.right - ROUNDING) - left;
  const height = Math.ceil(part.bottom - ROUNDING) - top;
  const scaleX = mask.width / (part.right - part.left);
  const scaleY = mask.height / (part.bottom - part.top);
  const covered = {
    left: (left - part.left) * scaleX,
    top: (top - part.top) * scaleY,
    right: (left + width - part.left) * scaleX,
    bottom: (top + height - part.top) * scaleY,
  };
  return { left, top, mask: resizePlane(mask, covered, width, height) };
}

/** Creates a mask of the photo's size, 0 to 255, from that of a part. */
export function placeMask(
  { left, top, mask }: PlacedMask,
  { width, height }: { width: number; height: number },
): Pixels {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < mask.height; y++) {
    const row = (top + y) * width + left;
    for (let x = 0; x < mask.width; x++) {
      data[row + x] = Math.round(255 * mask.data[y * mask.width + x]);
    }
  }
  return { width, height, channels: 1, data };
}

/** Moves a mask's edge to the edges of the guide, within a band around it. */
function alignEdges(guide: readonly [Plane, Plane, Plane], mask: Plane): Plane {
  const { width, height } = mask;
  const sidePx = Math.max(width, height);
  const binary = { width, height, data: mask.data.map((value) => value >= 0.5 ? 1 : 0) };
  const px = (share: number) => Math.max(1, Math.round(share * sidePx));
  const followed = guidedFilter(guide, binary, {
    radiusPx: px(REFINEMENT.radius),
    epsilon: REFINEMENT.epsilon,
  });
  // Sensor noise at the edge would remain as a fringe.
  const alpha = boxMean(followed, px(REFINEMENT.smoothing));
  const nearby = boxMean(binary, px(REFINEMENT.band));
  const isOne = 1 - 1e-6;
  for (let i = 0; i < alpha.data.length; i++) {
    const share = nearby.data[i];
    const sharpened = (alpha.data[i] - 0.5) * REFINEMENT.contrast + 0.5;
    alpha.data[i] = share < 1e-6 ? 0 : share > isOne ? 1 : Math.min(1, Math.max(0, sharpened));
  }
  return alpha;
}

/** Creates the guide of a part: red, green and blue, 0 to 1, averaged over `step` x `step` pixels. */
function guideOf(
  photo: Pixels,
  { left, top, mask: { width, height } }: PlacedMask,
  step: number,
): [Plane, Plane, Plane] {
  const columns = Math.ceil(width / step), rows = Math.ceil(height / step);
  const planes = [0, 1, 2].map((channel) => {
    const plane = emptyPlane(columns, rows);
    for (let y = 0; y < height; y++) {
      const from = (top + y) * photo.width + left;
      const to = Math.floor(y / step) * columns;
      const linesInBlock = Math.min(step, height - y + y % step);
      for (let x = 0; x < width; x++) {
        const count = linesInBlock * Math.min(step, width - x + x % step);
        plane.data[to + Math.floor(x / step)] += photo.data[(from + x) * 3 + channel] / 255 / count;
      }
    }
    return plane;
  });
  return [planes[0], planes[1], planes[2]];
}
