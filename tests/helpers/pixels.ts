import assert from "node:assert/strict";
import {
  createRaster,
  type Mask,
  type Raster,
  type Rect,
  type Size,
} from "../../shared/image/raster.ts";

/** One pixel: straight RGBA, each 0 to 255. */
export type Rgba = readonly [r: number, g: number, b: number, a: number];

/** Returns the pixel at x, y. */
export function at({ data, width }: Raster, x: number, y: number): Rgba {
  const i = (y * width + x) * 4;
  return [data[i], data[i + 1], data[i + 2], data[i + 3]];
}

/** Draws an image pixel by pixel. */
export function draw(size: Size, paint: (x: number, y: number) => Rgba): Raster {
  const image = createRaster(size);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) image.data.set(paint(x, y), (y * size.width + x) * 4);
  }
  return image;
}

/** An image of one colour. */
export function solid(size: Size, color: Rgba): Raster {
  return draw(size, () => color);
}

/** A transparent image with a box of one colour in it. */
export function box(size: Size, rect: Rect, color: Rgba): Raster {
  return draw(size, (x, y) => within(rect, x, y) ? color : [0, 0, 0, 0]);
}

/** A mask drawn pixel by pixel. */
export function drawMask(size: Size, coverage: (x: number, y: number) => number): Mask {
  const data = new Uint8Array(size.width * size.height);
  for (let i = 0; i < data.length; i++) {
    data[i] = coverage(i % size.width, Math.floor(i / size.width));
  }
  return { width: size.width, height: size.height, data };
}

/** Checks whether a pixel lies in a rectangle. */
export function within(rect: Rect, x: number, y: number): boolean {
  return x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;
}

/** Fails unless every channel is within the tolerance. */
export function assertNear(actual: Rgba, expected: Rgba, tolerance: number, what = "pixel"): void {
  const near = actual.every((value, i) => Math.abs(value - expected[i]) <= tolerance);
  assert.ok(near, `${what}: [${actual}] is not within ${tolerance} of [${expected}]`);
}
