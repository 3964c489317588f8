import assert from "node:assert/strict";
import type { Mask, Raster } from "../../shared/image/raster.ts";

/** Options of the comparison of two images. */
export interface PsnrOptions {
  /** Only pixels with a mask above 0 count. */
  mask?: Mask;
  /** The colour that both images are composited on first. @default mid grey */
  on?: readonly [r: number, g: number, b: number];
}

/** Computes the peak signal-to-noise ratio of two images' colours, in dB; Infinity for equal images. */
export function psnr(
  a: Raster,
  b: Raster,
  { mask, on = [128, 128, 128] }: PsnrOptions = {},
): number {
  assert.deepEqual([a.width, a.height], [b.width, b.height]);
  let squares = 0;
  let count = 0;
  for (let pixel = 0; pixel < a.width * a.height; pixel++) {
    if (mask && mask.data[pixel] === 0) continue;
    for (let channel = 0; channel < 3; channel++) {
      const difference = over(a, pixel, channel, on[channel]) -
        over(b, pixel, channel, on[channel]);
      squares += difference * difference;
      count++;
    }
  }
  assert.ok(count > 0, "nothing to compare");
  return squares === 0 ? Infinity : 10 * Math.log10((255 * 255 * count) / squares);
}

function over({ data }: Raster, pixel: number, channel: number, under: number): number {
  const alpha = data[pixel * 4 + 3] / 255;
  return data[pixel * 4 + channel] * alpha + under * (1 - alpha);
}

/** Converts an image to its brightness (ITU-R BT.601), as equal red, green and blue. */
export function lumaOf({ width, height, data }: Raster): Raster {
  const luma = data.slice();
  for (let at = 0; at < data.length; at += 4) {
    luma.fill(0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2], at, at + 3);
  }
  return { width, height, data: luma };
}
