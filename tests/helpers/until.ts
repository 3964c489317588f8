const LOOK_EVERY_MS = 10;

/** Default bound on a wait, in milliseconds. It suffices for a machine ten times slower than ours. */
const DEADLINE_MS = 120_000;

// Tests replace the global timers; waits keep the real ones.
const { setTimeout, clearTimeout } = globalThis;

/** Thrown by a wait that has reached its deadline. */
export class DeadlineError extends Error {}

/**
 * Waits until a condition holds.
 *
 * @param isSo The condition; the error quotes its source.
 * @param deadlineMs Bound on the wait, in milliseconds. @default two minutes
 * @throws {DeadlineError} If it does not hold by then.
 */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  deadlineMs = DEADLINE_MS,
): Promise<void> {
  const endMs = performance.now() + deadlineMs;
  for (;;) {
    const leftMs = endMs - performance.now();
    if (leftMs <= 0) throw late(`${isSo}`, deadlineMs);
    if (await within(Promise.resolve(isSo()), `${isSo}`, leftMs)) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/**
 * Polls until a value fulfils a condition.
 *
 * @param look Gets the value.
 * @param isSo The condition; the error quotes its source.
 * @returns The last value.
 * @throws {DeadlineError} If no value fulfils the condition within two minutes.
 */
export async function seen<T>(look: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> {
  let value: T;
  const looked = async () => isSo(value = await look());
  Object.assign(looked, { toString: () => `${isSo}` });
  await until(looked);
  return value!;
}

/**
 * Waits for a promise.
 *
 * @param work The promise.
 * @param what A description of the promise, for the error.
 * @param deadlineMs Bound on the wait, in milliseconds. @default two minutes
 * @throws {DeadlineError} If it has not settled by then.
 */
export async function within<T>(
  work: Promise<T>,
  what: string,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  const end = Promise.withResolvers<never>();
  const timer = setTimeout(() => end.reject(late(what, deadlineMs)), deadlineMs);
  try {
    return await Promise.race([work, end.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function late(what: string, deadlineMs: number): DeadlineError {
  return new DeadlineError(`Not within ${Math.round(deadlineMs)} ms: ${what}`);
}
