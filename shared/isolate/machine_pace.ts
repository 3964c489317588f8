/** Time of one round of the work below on the machine of `bench/RESULTS.md`, in milliseconds. */
const REFERENCE_MS = 0.0535;

/** Enough rounds for V8 to compile the work long before the last one: about 5 ms in all. */
const ROUNDS = 40;
const STEPS = 50_000;

/** Bound on the measured pace. */
const MAX_PACE = 2.5;

/**
 * Measures the pace of this machine's processor. Other processes do not distort it: the fastest of many short rounds
 * is one that was not interrupted.
 *
 * @param now A clock, in milliseconds.
 * @returns The pace, 1 to 2.5: 1 for the reference machine or a faster one, 2 for one half as fast.
 */
export function machinePace(now = () => performance.now()): number {
  let quickestMs = Infinity;
  let sink = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const from = now();
    sink ^= work(round);
    quickestMs = Math.min(quickestMs, now() - from);
  }
  // Uses the result, or V8 would remove the computation.
  return sink === 1 ? 1 : Math.min(MAX_PACE, Math.max(1, quickestMs / REFERENCE_MS));
}

/** Each step depends on the previous one, so that no step can be skipped or run in parallel. */
function work(seed: number): number {
  let x = seed | 1;
  for (let step = 0; step < STEPS; step++) x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
  return x;
}
