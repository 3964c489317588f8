import assert from "node:assert/strict";
import {
  createRaster,
  type Mask,
  type Raster,
  type Rect,
  type Size,
} from "../../shared/image/raster.ts";

/** The position of the car in a variant, computed from the design's text and not from `plan.ts`. */
export interface CarGeometry {
  /** The crop within the working image, in its pixels. */
  crop: Rect;
  /** The position of the crop in `detail` (1200 x 800, contained and centred). */
  shown: Rect;
}

/** The geometry of `detail` for a mask of the working size and the design's padding of 50 pixels. */
export function detailGeometry(mask: Mask): CarGeometry {
  const bounds = boxAbove(mask, mask.data, 10);
  const left = Math.max(0, bounds.x - 50);
  const top = Math.max(0, bounds.y - 50);
  const width = Math.min(mask.width, bounds.x + bounds.width + 50) - left;
  const height = Math.min(mask.height, bounds.y + bounds.height + 50) - top;
  const zoom = Math.min(1200 / width, 800 / height);
  const shown = { width: Math.round(width * zoom), height: Math.round(height * zoom) };
  return {
    crop: { x: left, y: top, width, height },
    shown: {
      x: Math.floor((1200 - shown.width) / 2),
      y: Math.floor((800 - shown.height) / 2),
      ...shown,
    },
  };
}

/** Finds the bounding box of a plane's values above a threshold. */
export function boxAbove({ width }: Size, plane: ArrayLike<number>, threshold: number): Rect {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  for (let i = 0; i < plane.length; i++) {
    if (plane[i] <= threshold) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** Extracts an image's alpha, one value per pixel. */
export function alphaPlane({ data }: Raster): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: data.length / 4 }, (_, i) => data[i * 4 + 3]);
}

/**
 * Makes a mask of the inside of an image's solid part: 255 at a distance of at least `px` from its edge, 0
 * elsewhere.
 */
export function inside(image: Raster, px: number): Mask {
  const { width, height } = image;
  const alpha = alphaPlane(image);
  const across = alpha.map((_, i) => {
    const x = i % width;
    return x >= px && x < width - px && alpha.subarray(i - px, i + px + 1).every((v) => v === 255)
      ? 255
      : 0;
  });
  const data = across.map((_, i) => {
    for (let dy = -px; dy <= px; dy++) if (across[i + dy * width] !== 255) return 0;
    return 255;
  });
  return { width, height, data };
}

/** Copies a rectangle of an image. */
export function part(image: Raster, { x, y, width, height }: Rect): Raster {
  const result = createRaster({ width, height });
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * image.width + x) * 4;
    result.data.set(image.data.subarray(from, from + width * 4), row * width * 4);
  }
  return result;
}

/** Fails unless each edge of a box is within a number of pixels of another box's. */
export function assertBoxNear(actual: Rect, expected: Rect, px: number, what: string): void {
  const edges = ({ x, y, width, height }: Rect) => [x, y, x + width, y + height];
  const wanted = edges(expected);
  const isNear = edges(actual).every((edge, i) => Math.abs(edge - wanted[i]) <= px);
  assert.ok(isNear, `${what}: ${edges(actual)} is not within ${px} pixels of ${wanted}`);
}
