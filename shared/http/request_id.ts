/** What a request's own id may look like: short, and safe in a log line and a header. */
const SANE = /^[A-Za-z0-9._:-]{1,128}$/;

/**
 * The id under which a request is answered and logged.
 *
 * @param headers The request's headers: a sane `x-request-id` is taken over.
 * @returns That id, or a new UUID.
 */
export function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id") ?? "";
  return SANE.test(given) ? given : crypto.randomUUID();
}
