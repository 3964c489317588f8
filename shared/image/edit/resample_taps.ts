/** A filter: `lanczos3` is the sharpest, `hamming` takes a third of its time. */
export type ResampleFilter = "lanczos3" | "hamming";

/** A filter's radius, in pixels of the smaller picture, and its weight at a distance from the centre. */
const FILTERS: Record<ResampleFilter, { radius: number; weight(x: number): number }> = {
  lanczos3: { radius: 3, weight: (x) => sinc(x) * sinc(x / 3) },
  hamming: { radius: 1, weight: (x) => sinc(x) * (0.54 + 0.46 * Math.cos(Math.PI * x)) },
};

/** The sum of a result pixel's weights: 14 fractional bits. */
const WHOLE = 1 << 14;

/** The weights of source pixels in the pixels of a scaled row or column. */
export interface Taps {
  /** Number of weights of each result pixel, even. */
  taps: number;
  /** For each result pixel the first source pixel. */
  starts: Uint32Array;
  /** For each result pixel `taps` weights, which sum to 16,384. Those of pixels that do not exist are 0. */
  weights: Int16Array;
}

/**
 * Computes a filter's weights. Near the border the pixels that exist share the weights of those that do not.
 *
 * @param from Number of source pixels.
 * @param to Number of result pixels.
 * @param filter The filter.
 */
export function tapsOf(from: number, to: number, filter: ResampleFilter): Taps {
  const { radius, weight } = FILTERS[filter];
  const ratio = from / to;
  const stretch = Math.max(1, ratio);
  const reach = radius * stretch;
  const most = Math.min(from, Math.ceil(2 * reach) + 1);
  const taps = most + (most % 2);
  const starts = new Uint32Array(to);
  const weights = new Int16Array(to * taps);
  const exact = new Float64Array(taps);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * ratio - 0.5;
    const first = Math.max(0, Math.ceil(centre - reach));
    const count = Math.min(from - 1, Math.floor(centre + reach)) - first + 1;
    starts[i] = first;
    for (let tap = 0; tap < count; tap++) exact[tap] = weight((first + tap - centre) / stretch);
    roundTo(weights.subarray(i * taps, i * taps + count), exact);
  }
  return { taps, starts, weights };
}

/** Scales weights to {@linkcode WHOLE} and rounds them. The largest one takes what the rounding leaves. */
function roundTo(weights: Int16Array, exact: Float64Array): void {
  let sum = 0;
  let largest = 0;
  for (let tap = 0; tap < weights.length; tap++) {
    sum += exact[tap];
    if (exact[tap] > exact[largest]) largest = tap;
  }
  let rest = WHOLE;
  for (let tap = 0; tap < weights.length; tap++) {
    weights[tap] = Math.round((exact[tap] / sum) * WHOLE);
    rest -= weights[tap];
  }
  weights[largest] += rest;
}

function sinc(x: number): number {
  if (x === 0) return 1;
  const angle = Math.PI * x;
  return Math.sin(angle) / angle;
}
