import { createRaster, packedPixels, type Raster } from "../../shared/image/raster.ts";

/** The seven ways in which a picture can be turned wrongly, with where the pixel at (x, y) of the result comes from. */
export const TURNS = {
  "mirrored": { swaps: false, from: (x, y, w, _) => [w - 1 - x, y] },
  "upside down": { swaps: false, from: (x, y, w, h) => [w - 1 - x, h - 1 - y] },
  "upside down and mirrored": { swaps: false, from: (x, y, _, h) => [x, h - 1 - y] },
  "turned left and mirrored": { swaps: true, from: (x, y) => [y, x] },
  "turned right": { swaps: true, from: (x, y, _, h) => [y, h - 1 - x] },
  "turned right and mirrored": { swaps: true, from: (x, y, w, h) => [w - 1 - y, h - 1 - x] },
  "turned left": { swaps: true, from: (x, y, w, _) => [w - 1 - y, x] },
} as const satisfies Record<string, Turn>;

/** A turn of a picture. */
export type TurnName = keyof typeof TURNS;

interface Turn {
  /** Width and height are exchanged. */
  swaps: boolean;
  /** The place in a picture of w x h pixels. */
  from: (x: number, y: number, w: number, h: number) => readonly [x: number, y: number];
}

/** Turns a picture. */
export function turned(image: Raster, name: TurnName): Raster {
  const { swaps, from }: Turn = TURNS[name];
  const { width: w, height: h } = image;
  const result = createRaster(swaps ? { width: h, height: w } : image);
  const [source, target] = [packedPixels(image), packedPixels(result)];
  for (let at = 0, y = 0; y < result.height; y++) {
    for (let x = 0; x < result.width; x++) {
      const [left, top] = from(x, y, w, h);
      target[at++] = source[top * w + left];
    }
  }
  return result;
}
