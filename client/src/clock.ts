/** Time, random numbers and waiting. Tests replace them; not part of the public interface. */
export const clock = {
  /** Milliseconds since 1970. */
  now: (): number => Date.now(),
  /** A random number from 0 to 1. */
  random: (): number => Math.random(),
  /** Waits the given number of milliseconds, or until the signal is aborted. */
  sleep: (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener("abort", done, { once: true });
      if (signal?.aborted) done();
    }),
};
