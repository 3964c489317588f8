import { timingSafeEqual } from "node:crypto";

const encoder = new TextEncoder();

/**
 * Tells whether a credential is one of the project's secret keys, in a time that does not depend on how much of it is
 * right.
 *
 * @param credential What the caller sent.
 * @param secretKeys The keys that admit.
 */
export function isSecretKey(credential: string, secretKeys: readonly string[]): boolean {
  const given = encoder.encode(credential);
  let found = false;
  for (const key of secretKeys) {
    const known = encoder.encode(key);
    if (known.length === given.length && timingSafeEqual(known, given)) found = true;
  }
  return found;
}
