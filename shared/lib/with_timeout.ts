/** The resolution of the measured wait, in milliseconds. */
const TICK_MS = 50;

/**
 * Waits for a promise with a timeout.
 *
 * Only the time in which this process is idle counts. While it decodes a photo, responses stay unread, and a plain
 * timer would expire before the process reads them. A computation of any length counts as one tick.
 *
 * @param ms The timeout, in milliseconds.
 * @param promise The promise. Its outcome after the timeout is ignored.
 * @throws {Error} If the time is up; otherwise the promise's rejection
 */
export async function withTimeout<T>(ms: number, promise: Promise<T>): Promise<T> {
  const settled = promise.then((value) => ({ value }));
  for (let waitedMs = 0; waitedMs < ms; waitedMs += TICK_MS) {
    const { promise: tick, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => resolve(undefined), TICK_MS);
    const outcome = await Promise.race([settled, tick]).finally(() => clearTimeout(timer));
    if (outcome) return outcome.value;
  }
  throw new Error(`no answer within ${ms} ms`);
}
