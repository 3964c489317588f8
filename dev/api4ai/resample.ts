import type { Pixels } from "./image_files.ts";

/** A rectangle in fractions of an image's width and height, from the top left. */
export interface Fractions {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * Scales a part of a grey image by area averaging, which antialiases at any ratio. Enlarged images have repeated pixels
 * with blended seams.
 *
 * @param source One channel.
 * @param part The part of the source.
 */
export function resampleGrey(
  source: Pixels,
  part: Fractions,
  width: number,
  height: number,
): Pixels {
  const left = part.x * source.width, top = part.y * source.height;
  const stepX = part.width * source.width / width, stepY = part.height * source.height / height;
  const data = new Uint8Array(width * height);
  const sums = new Float32Array(width);
  for (let y = 0; y < height; y++) {
    const end = Math.min(source.height, top + (y + 1) * stepY);
    const start = top + y * stepY;
    sums.fill(0);
    for (let row = Math.floor(start); row < end; row++) {
      const weight = Math.min(row + 1, end) - Math.max(row, start);
      const line = source.data.subarray(row * source.width, (row + 1) * source.width);
      addAveraged(sums, line, left, stepX, weight / (end - start));
    }
    for (let x = 0; x < width; x++) data[y * width + x] = Math.round(sums[x]);
  }
  return { width, height, channels: 1, data };
}

/** Adds one weighted row of the source, averaged to the target's columns, to `sums`. */
function addAveraged(
  sums: Float32Array,
  line: Uint8Array,
  left: number,
  step: number,
  weight: number,
): void {
  for (let x = 0; x < sums.length; x++) {
    const start = left + x * step;
    const end = Math.min(line.length, start + step);
    let sum = 0;
    for (let i = Math.floor(start); i < end; i++) {
      sum += line[i] * (Math.min(i + 1, end) - Math.max(i, start));
    }
    sums[x] += sum / (end - start) * weight;
  }
}
