/**
 * Does something with each of a list, some at a time, in order.
 *
 * @param most How many at a time.
 * @returns What came of each, in the list's order.
 * @throws {unknown} What the first one that fails throws; those that are being done are waited for, no other begins.
 */
export async function eachAtMost<T, R>(
  list: readonly T[],
  most: number,
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
  await Promise.all(Array.from({ length: most }, lane));
  if (failures.length > 0) throw failures[0];
  return results;
}
