/** How finely waiting is counted, in milliseconds. */
const TICK_MS = 50;

/**
 * Waits for a promise, but not for ever.
 *
 * Only time in which this process does wait counts: while a photo is decoded, answers lie unread, and a plain timer would
 * be over when the process gets to them. Computing counts as one tick, however long it takes.
 *
 * @param ms How long, in milliseconds.
 * @param promise What is waited for. What becomes of it later is of no interest any more.
 * @throws {Error} When the time is over, and whatever the promise is rejected with.
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
