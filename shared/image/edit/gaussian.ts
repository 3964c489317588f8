/** Radius of a kernel, in standard deviations; beyond it a weight is below 1/255 of the sum. */
const REACH_SIGMAS = 3;

/**
 * Computes one half of a Gaussian kernel, from its centre outwards; the full kernel sums to 1.
 *
 * @param sigma The standard deviation, in samples, above 0.
 */
export function gaussian(sigma: number): Float32Array {
  const weights = Array.from(
    { length: Math.ceil(sigma * REACH_SIGMAS) + 1 },
    (_, distance) => Math.exp(-(distance * distance) / (2 * sigma * sigma)),
  );
  const sum = weights.reduce(
    (total, weight, distance) => total + weight * (distance === 0 ? 1 : 2),
    0,
  );
  return Float32Array.from(weights, (weight) => weight / sum);
}

/** Weighs the samples around `centre` with a kernel; the line has the kernel's radius of samples on both sides. */
export function convolve(line: Float32Array, centre: number, kernel: Float32Array): number {
  let sum = line[centre] * kernel[0];
  for (let i = 1; i < kernel.length; i++) sum += (line[centre - i] + line[centre + i]) * kernel[i];
  return sum;
}
