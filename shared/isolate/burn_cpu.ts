/**
 * Uses CPU for nothing.
 *
 * @param ms How much, in milliseconds.
 * @param now A clock, in milliseconds.
 */
export function burnCpu(ms: number, now: () => number): void {
  const until = now() + ms;
  while (now() < until);
}
