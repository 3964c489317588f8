/**
 * Returns a function that makes a value at its first call and returns the same one at all calls. A failed attempt is not
 * kept: the next call tries again.
 *
 * @param make Makes the value.
 */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    if (made) return made;
    const attempt = made = make();
    attempt.catch(() => made = undefined);
    return attempt;
  };
}
