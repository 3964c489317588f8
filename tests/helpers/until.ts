const LOOK_EVERY_MS = 10;

/** Waits until something is so: the test's own end bounds it. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}
