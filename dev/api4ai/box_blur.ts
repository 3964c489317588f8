import type { Pixels } from "./image_files.ts";

/** Averages each pixel of a grey image with its neighbours up to `radiusPx` away; edges repeat. */
export function boxBlur({ width, height, data }: Pixels, radiusPx: number): Pixels {
  const across = blurLines(data, width, 1, height, width, radiusPx);
  const both = blurLines(across, height, width, width, 1, radiusPx);
  return { width, height, channels: 1, data: both };
}

/** Blurs `lines` lines of `length` pixels, which lie `step` apart within a line. */
function blurLines(
  source: Uint8Array,
  length: number,
  step: number,
  lines: number,
  lineStep: number,
  radiusPx: number,
): Uint8Array {
  const target = new Uint8Array(source.length);
  const windowPx = 2 * radiusPx + 1;
  for (let line = 0; line < lines; line++) {
    const start = line * lineStep;
    const at = (i: number): number => source[start + Math.min(length - 1, Math.max(0, i)) * step];
    let sum = 0;
    for (let i = -radiusPx; i <= radiusPx; i++) sum += at(i);
    for (let i = 0; i < length; i++) {
      target[start + i * step] = Math.round(sum / windowPx);
      sum += at(i + radiusPx + 1) - at(i - radiusPx);
    }
  }
  return target;
}
