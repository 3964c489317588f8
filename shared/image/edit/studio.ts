import { createRaster, packedPixels, type Raster, type Size } from "../raster.ts";
import { smoothStep } from "./floor/smooth_step.ts";

/** A studio's colours: sRGB, 0 to 255 each. */
export interface Studio {
  wall: Rgb;
  floor: Rgb;
  /** Distance of the horizon from the frame's top, as a share of its height, 0 to 1. */
  horizon: number;
}

/** An opaque colour, 0 to 255 each. */
export type Rgb = readonly [r: number, g: number, b: number];

/** Height of the curve between floor and wall, as a share of the frame's height: studios have no edge there. */
const COVE = 0.16;

/** Light: factors of the colours at the wall's top, on the wall just above the curve, on the floor behind and in front. */
const LIGHT = { top: 0.94, wall: 1.03, back: 1.02, front: 0.93 };

/** Loss of light at the left and right edge of the frame, as a share. */
const FALL_OFF = 0.05;

/**
 * Paints an empty studio: a wall and a floor that meet in a soft curve at the horizon, lit from the middle.
 *
 * Each row has one colour, which the fall-off of the light to both sides darkens. An ordered dither hides the bands that 8
 * bits leave in so slow a gradient.
 *
 * @param size The frame's size.
 * @param studio The colours and the horizon.
 * @returns An opaque image.
 */
export function paintStudio(size: Size, { wall, floor, horizon }: Studio): Raster {
  const { width, height } = size;
  const image = createRaster(size);
  const pixels = packedPixels(image);
  const light = Float32Array.from({ length: width }, (_, x) => {
    const aside = (2 * (x + 0.5)) / width - 1;
    return 1 - FALL_OFF * aside * aside;
  });
  for (let y = 0; y < height; y++) {
    const [r, g, b] = rowColor((y + 0.5) / height, wall, floor, horizon);
    const dither = DITHER[y & 3];
    for (let x = 0, at = y * width; x < width; x++, at++) {
      const factor = light[x];
      const by = dither[x & 3];
      pixels[at] = 0xff000000 | ((b * factor + by) << 16) | ((g * factor + by) << 8) |
        (r * factor + by);
    }
  }
  return image;
}

/** Thresholds of an ordered dither of 4 x 4 pixels, 0 to 1. */
const DITHER = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]
  .map((row) => Float32Array.from(row, (value) => (value + 0.5) / 16));

/** The colour of a row in the middle of the frame, 0 to 254 each, so that the dither cannot overflow. */
function rowColor(y: number, wall: Rgb, floor: Rgb, horizon: number): Rgb {
  const toFloor = smoothStep(0, 1, (y - horizon) / COVE + 0.5);
  const above = mix(LIGHT.top, LIGHT.wall, smoothStep(0, 1, horizon > 0 ? y / horizon : 1));
  const below = mix(LIGHT.back, LIGHT.front, horizon < 1 ? (y - horizon) / (1 - horizon) : 0);
  const level = (channel: 0 | 1 | 2) =>
    Math.min(254, Math.max(0, mix(wall[channel] * above, floor[channel] * below, toFloor)));
  return [level(0), level(1), level(2)];
}

function mix(from: number, to: number, share: number): number {
  return from + (to - from) * Math.min(1, Math.max(0, share));
}
