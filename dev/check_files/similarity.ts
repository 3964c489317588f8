import type { Raster } from "../../shared/image/raster.ts";

/** The grounds that pictures are compared on: a difference in transparency shows on one of them. */
const GROUNDS = [0, 255];

/**
 * The peak signal-to-noise ratio of two pictures of the same size, in dB: the lower of those on black and on white ground; Infinity for
 * pictures that look the same.
 */
export function similarity(a: Raster, b: Raster): number {
  return Math.min(...GROUNDS.map((ground) => psnrOn(ground, a, b)));
}

function psnrOn(ground: number, { data: a }: Raster, { data: b }: Raster): number {
  let squares = 0;
  for (let at = 0; at < a.length; at += 4) {
    const [shareA, shareB] = [a[at + 3] / 255, b[at + 3] / 255];
    const under = ground * (shareB - shareA);
    for (let channel = at; channel < at + 3; channel++) {
      const difference = a[channel] * shareA - b[channel] * shareB - under;
      squares += difference * difference;
    }
  }
  return squares === 0 ? Infinity : 10 * Math.log10((255 * 255 * 3 * a.length / 4) / squares);
}
