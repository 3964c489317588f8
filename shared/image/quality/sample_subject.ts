import { type Mask, packedPixels, type Raster } from "../raster.ts";
import { lumaOf } from "./luma.ts";

/** Target for the number of sampled pixels. For shares and percentiles, it is as good as all pixels. */
const SAMPLES = 10_000;

/** Alpha of a half transparent pixel, 0 to 255: between compression artefacts and nearly solid pixels. */
const HALF = { above: 25, below: 230 };

/** Red, green and blue from which a pixel is burnt out. */
const BURNT_OUT = 253;

/** Share of the pixels that are darker than {@linkcode SubjectSample.brightness}: a car of any colour has lamps and highlights. */
const DARKER = 0.98;

/** Facts about the pixels of a subject. */
export interface SubjectSample {
  /** Brightness below which 98 % of the solid pixels are, 0 to 1; `null` without a solid pixel. */
  brightness: number | null;
  /** Share of the solid pixels that are burnt out, 0 to 1. */
  overexposed: number;
  /** Share of the visible pixels that are half transparent, 0 to 1. */
  halfTransparent: number;
  /** The alpha of the sampled pixels, as a small picture. */
  alpha: Mask;
}

/**
 * Samples an image's pixels on a grid: every n-th pixel of every n-th row, without averaging, so that soft pixels stay as
 * frequent as they are.
 *
 * @param image The image; transparent pixels do not count.
 */
export function sampleSubject(image: Raster): SubjectSample {
  const step = Math.max(1, Math.floor(Math.sqrt(image.width * image.height / SAMPLES)));
  const pixels = packedPixels(image);
  const width = Math.ceil(image.width / step);
  const height = Math.ceil(image.height / step);
  const alpha = new Uint8Array(width * height);
  const levels = new Uint32Array(256);
  let [solid, visible, half, burntOut] = [0, 0, 0, 0];
  for (let y = 0, to = 0; y < image.height; y += step) {
    const end = (y + 1) * image.width;
    for (let at = y * image.width; at < end; at += step) {
      const pixel = pixels[at];
      const opacity = pixel >>> 24;
      alpha[to++] = opacity;
      if (opacity <= HALF.above) continue;
      visible++;
      if (opacity < HALF.below) {
        half++;
        continue;
      }
      solid++;
      const luma = lumaOf(pixel);
      levels[luma]++;
      if (luma >= BURNT_OUT && isBurntOut(pixel)) burntOut++;
    }
  }
  return {
    brightness: solid === 0 ? null : percentile(levels, solid * DARKER) / 255,
    overexposed: burntOut / Math.max(1, solid),
    halfTransparent: half / Math.max(1, visible),
    alpha: { width, height, data: alpha },
  };
}

function isBurntOut(pixel: number): boolean {
  return (pixel & 255) >= BURNT_OUT && ((pixel >>> 8) & 255) >= BURNT_OUT &&
    ((pixel >>> 16) & 255) >= BURNT_OUT;
}

/** Returns the level up to which a histogram has a number of pixels. */
function percentile(levels: Uint32Array, count: number): number {
  let sum = 0;
  return Math.max(0, levels.findIndex((pixels) => (sum += pixels) >= count));
}
