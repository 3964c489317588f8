/**
 * Spends CPU without a result.
 *
 * @param ms The CPU to spend, in milliseconds.
 * @param now A clock, in milliseconds.
 */
export function burnCpu(ms: number, now: () => number): void {
  const until = now() + ms;
  while (now() < until);
}
