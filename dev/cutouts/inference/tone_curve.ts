import type { Pixels } from "../../api4ai/image_files.ts";
import type { Rectangle } from "../plane.ts";

/** Share of full equalization. Full equalization loses a black car in the dark (bench/CUTOUTS.md). */
const STRENGTH = 0.5;
/** Every third pixel across and down is counted. */
const STEP_PX = 3;

/**
 * Creates a tone curve that halfway equalizes the histogram of a part of a photo (RGB): it shows a white roof before a white
 * wall, and a black car in a dark garage.
 *
 * @returns The new value of each of the 256 values.
 */
export function toneCurve({ width, data }: Pixels, part: Rectangle): Uint8Array {
  const histogram = new Uint32Array(256);
  for (let y = Math.floor(part.top); y < part.bottom; y += STEP_PX) {
    for (let x = Math.floor(part.left); x < part.right; x += STEP_PX) {
      const i = (y * width + x) * 3;
      // Rec. 601 luma.
      histogram[Math.round(data[i] * 0.299 + data[i + 1] * 0.587 + data[i + 2] * 0.114)]++;
    }
  }
  const total = histogram.reduce((sum, count) => sum + count, 0);
  let darker = 0;
  return Uint8Array.from(histogram, (count, value) => {
    darker += count;
    return Math.round(STRENGTH * 255 * darker / total + (1 - STRENGTH) * value);
  });
}
