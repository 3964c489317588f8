/**
 * A percentile, interpolated between its neighbours as Postgres' `percentile_cont` does.
 *
 * @param values In any order; left as they are.
 * @param share 0 to 1.
 * @returns `null` of no values.
 */
export function percentile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.ceil(position);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}
