/** Time, chance and waiting. Tests put their own in; no part of the package's interface. */
export const clock = {
  /** Milliseconds since 1970. */
  now: (): number => Date.now(),
  /** 0 to 1. */
  random: (): number => Math.random(),
  /** Waits so many milliseconds, or until the signal is aborted. */
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
