const LOOK_EVERY_MS = 10;

/** How long a test waits for anything, in milliseconds: a machine that is ten times slower than ours still makes it. */
const DEADLINE_MS = 120_000;

// Tests replace the timers that the code under test sees, and a wait has to go on all the same.
const { setTimeout, clearTimeout } = globalThis;

/** A wait that has reached its deadline. */
export class DeadlineError extends Error {}

/**
 * Waits until a condition holds.
 *
 * @param isSo The condition; its source is part of the error.
 * @param deadlineMs How long it may take. @default two minutes
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
 * Looks again and again until it sees what is wanted.
 *
 * @param look Looks.
 * @param isSo Whether that is it; its source is part of the error.
 * @returns What it saw last.
 * @throws {DeadlineError} If it is not seen within two minutes.
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
 * @param work What is waited for.
 * @param what What it is, for the error.
 * @param deadlineMs How long it may take. @default two minutes
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
