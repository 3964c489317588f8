import type { ColorTables } from "../../shared/image/decode/color/matrix_profile.ts";

/** The twin of `convertColors` in `kernels/assembly/colors.ts`. */
export function convertColors(
  pixels: Uint8Array,
  step: 3 | 4,
  { light, matrix, encoded }: ColorTables,
): Uint8Array {
  const result = pixels.slice();
  for (let at = 0; at < pixels.length; at += step) {
    const linear = [0, 1, 2].map((channel) => light[channel * 256 + pixels[at + channel]]);
    for (let channel = 0; channel < 3; channel++) {
      const sum = linear.reduce((all, one, i) => all + one * matrix[i * 4 + channel], 0);
      const mixed = Math.floor((sum + 8_192) / 16_384);
      result[at + channel] = encoded[Math.max(0, Math.min(16_384, mixed))];
    }
  }
  return result;
}
