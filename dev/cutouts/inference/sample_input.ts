import type { Pixels } from "../../api4ai/image_files.ts";
import type { ModelInput } from "../model/model_input.ts";
import type { Rectangle } from "../plane.ts";

const IDENTITY = Uint8Array.from({ length: 256 }, (_, value) => value);

/** Weights of the source pixels of one target pixel. */
interface Tap {
  first: number;
  weights: Float32Array;
}

/**
 * Scales a part of a photo to a model's input: three planes (red, green, blue), normalized.
 *
 * @param photo RGB.
 * @param part The part, stretched to the input's square.
 * @param changes `mirrored`: left to right. `curve`: the new value of each value.
 */
export function sampleInput(
  { width, height, data }: Pixels,
  part: Rectangle,
  { sidePx, mean, deviation }: ModelInput,
  { mirrored = false, curve }: { mirrored?: boolean; curve?: Uint8Array } = {},
): Float32Array {
  const toned = curve ?? IDENTITY;
  const columns = taps(part.left, part.right, sidePx, width);
  const rows = taps(part.top, part.bottom, sidePx, height);
  const area = sidePx * sidePx;
  const input = new Float32Array(3 * area);
  // Scales only the rows that the part needs, one after the other.
  const lines = new Map<number, Float32Array>();
  const scaledRow = (y: number): Float32Array => {
    let line = lines.get(y);
    if (!line) lines.set(y, line = scaleRow(data, y * width * 3, columns, toned));
    return line;
  };
  rows.forEach(({ first, weights }, y) => {
    for (const known of lines.keys()) if (known < first) lines.delete(known);
    weights.forEach((weight, i) => {
      const line = scaledRow(first + i);
      for (let x = 0; x < sidePx; x++) {
        const to = y * sidePx + (mirrored ? sidePx - 1 - x : x);
        for (let c = 0; c < 3; c++) input[c * area + to] += weight * line[x * 3 + c];
      }
    });
  });
  for (let c = 0; c < 3; c++) {
    for (let i = c * area; i < (c + 1) * area; i++) input[i] = (input[i] - mean[c]) / deviation[c];
  }
  return input;
}

function scaleRow(
  data: Uint8Array,
  start: number,
  columns: Tap[],
  curve: Uint8Array,
): Float32Array {
  const line = new Float32Array(columns.length * 3);
  columns.forEach(({ first, weights }, x) => {
    weights.forEach((weight, i) => {
      const from = start + (first + i) * 3;
      for (let c = 0; c < 3; c++) line[x * 3 + c] += weight * curve[data[from + c]];
    });
  });
  return line;
}

/** Averages the covered source pixels when it scales down; interpolates linearly when it scales up. */
function taps(from: number, to: number, count: number, length: number): Tap[] {
  const step = (to - from) / count;
  const reach = Math.max(1, step) / 2 + (step < 1 ? 0.5 : 0);
  return Array.from({ length: count }, (_, i) => {
    const centre = from + (i + 0.5) * step;
    const first = Math.max(0, Math.min(length - 1, Math.floor(centre - reach)));
    const last = Math.max(first, Math.min(length - 1, Math.ceil(centre + reach) - 1));
    const weights = new Float32Array(last - first + 1);
    let sum = 0;
    for (let at = first; at <= last; at++) {
      const weight = step < 1
        ? Math.max(0, 1 - Math.abs(at + 0.5 - centre))
        : Math.max(0, Math.min(at + 1, centre + reach) - Math.max(at, centre - reach));
      sum += weights[at - first] = weight;
    }
    if (sum > 0) return { first, weights: weights.map((weight) => weight / sum) };
    return { first, weights: weights.fill(1 / weights.length) };
  });
}
