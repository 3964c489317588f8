/**
 * Waits for a promise, but no longer than until a signal is aborted.
 *
 * @param promise The promise. Its outcome after the abort has no effect.
 * @param signal The signal. @default none
 * @throws the signal's reason, or the promise's rejection
 */
export async function orAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return await promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  return await Promise.race([aborted, promise])
    .finally(() => signal.removeEventListener("abort", abort));
}
