/** Rises smoothly from 0 at `from` to 1 at `to`, and is constant beyond both. */
export function smoothStep(from: number, to: number, value: number): number {
  const t = Math.max(0, Math.min(1, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
