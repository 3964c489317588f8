/**
 * Maps a list asynchronously and in order, with bounded concurrency.
 *
 * @param max Bound on simultaneous calls.
 * @returns The results, in the list's order.
 * @throws {unknown} The first error, after the running calls have ended; no further call begins.
 */
export async function eachAtMost<T, R>(
  list: readonly T[],
  max: number,
  doIt: (one: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(list.length);
  const rest = list.entries();
  const failures: unknown[] = [];
  const lane = async () => {
    for (const [index, one] of rest) {
      if (failures.length > 0) return;
      try {
        results[index] = await doIt(one);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: max }, lane));
  if (failures.length > 0) throw failures[0];
  return results;
}
