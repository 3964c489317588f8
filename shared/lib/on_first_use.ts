/**
 * Returns a function that builds a value at its first call and returns the same one at all calls: for schemas that most
 * isolates never use.
 *
 * @param build Builds the value.
 */
export function onFirstUse<T>(build: () => T): () => T {
  let built: { value: T } | undefined;
  return () => (built ??= { value: build() }).value;
}
