import { StepClock } from "./step_clock.ts";

/** Bound on the time of a burn, as a multiple of its CPU: other processes get the rest of it. */
const MAX_TIMES = 4;

/**
 * Spends CPU without a result.
 *
 * @param ms The CPU to spend, in milliseconds. Time that other processes take from this one does not count.
 * @param now A clock, in milliseconds.
 */
export function burnCpu(ms: number, now: () => number): void {
  const clock = new StepClock();
  while (clock.usedMs < ms && clock.wallMs < ms * MAX_TIMES) clock.step(now());
}
