import type { Taps } from "../../shared/image/edit/resample_taps.ts";

/** The twin of `premultiply` in `kernels/assembly/resample.ts`: four values a pixel. */
export function premultiply(pixels: Uint8Array): Int16Array {
  return Int16Array.from(pixels, (value, i) => {
    const product = (i % 4 === 3 ? 255 : value) * pixels[i | 3];
    return (product * 16_448 + 32_768) >>> 16;
  });
}

/** The twin of `scaleRow`. */
export function scaleRow(row: Int16Array, { starts, weights, taps }: Taps): Int16Array {
  const scaled = new Int16Array(starts.length * 4);
  starts.forEach((start, i) => {
    for (let channel = 0; channel < 4; channel++) {
      let sum = 1 << 13;
      for (let tap = 0; tap < taps; tap++) {
        sum += (row[(start + tap) * 4 + channel] ?? 0) * weights[i * taps + tap];
      }
      scaled[i * 4 + channel] = Math.max(-32_768, Math.min(32_767, sum >> 14));
    }
  });
  return scaled;
}

/** The twin of `joinRows`. */
export function joinRows(rows: readonly Int16Array[], weights: Int16Array): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(rows[0].length);
  for (let at = 0; at < pixels.length; at += 4) {
    const sums = [0, 1, 2, 3].map((channel) =>
      rows.reduce((sum, row, tap) => sum + row[at + channel] * weights[tap], 1 << 13) >> 14
    );
    pixels.set(straight(sums), at);
  }
  return pixels;
}

/** Divides a premultiplied pixel by its alpha, in 32-bit floats. */
function straight([red, green, blue, alpha]: number[]): number[] {
  const rounded = (alpha + 32) >> 6;
  if (rounded <= 0) return [0, 0, 0, 0];
  const colours = [red, green, blue].map((value) =>
    Math.trunc(Math.fround(Math.fround((value * 255) / alpha) + 0.5))
  );
  return [...colours, rounded];
}
