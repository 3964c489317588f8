import { timingSafeEqual } from "node:crypto";

const encoder = new TextEncoder();

/**
 * Checks in constant time whether a credential is one of the project's secret keys.
 *
 * @param credential The caller's credential.
 * @param secretKeys The valid keys.
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
