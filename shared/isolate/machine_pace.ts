/** What one round of the work below takes on the machine of `bench/RESULTS.md`, in milliseconds. */
const REFERENCE_MS = 0.0535;

/** So many that V8 has compiled the work long before the last: about 5 ms in all. */
const ROUNDS = 40;
const STEPS = 50_000;

/** How much slower than the reference a machine is taken to be, at most. */
const MAX_PACE = 2.5;

/**
 * Measures how slow this machine's processor is, whoever else is using it: the quickest of many short rounds is one that
 * was not interrupted.
 *
 * @param now A clock, in milliseconds.
 * @returns 1 for the machine on which costs were estimated or a quicker one, 2 for one half as quick.
 */
export function machinePace(now = () => performance.now()): number {
  let quickestMs = Infinity;
  let sink = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const from = now();
    sink ^= work(round);
    quickestMs = Math.min(quickestMs, now() - from);
  }
  // What is computed has to be used, or V8 would leave it out.
  return sink === 1 ? 1 : Math.min(MAX_PACE, Math.max(1, quickestMs / REFERENCE_MS));
}

/** Each step needs the one before it: nothing of it can be left out or done side by side. */
function work(seed: number): number {
  let x = seed | 1;
  for (let step = 0; step < STEPS; step++) x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
  return x;
}
