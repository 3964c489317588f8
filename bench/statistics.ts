/**
 * The middle of the values; of an even number, the mean of the two in the middle.
 *
 * @throws RangeError when there is none
 */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("The median of nothing.");
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The median of a figure over several runs. */
export function medianOf<T>(runs: readonly T[], figure: (run: T) => number): number {
  return median(runs.map(figure));
}
