/** The header that carries a request's id, both ways. */
export const REQUEST_ID_HEADER = "x-request-id";

/** What a request's own id may look like: short, and safe in a log line and a header. */
const SANE = /^[A-Za-z0-9._:-]{1,128}$/;

/** What it may not look like, since ids are logged: a Supabase key or a token. */
const SECRET = /^(sb_|eyJ)/;

/**
 * The id under which a request is answered and logged.
 *
 * @param headers The request's headers: a sane `x-request-id` is taken over.
 * @returns That id, or a new UUID.
 */
export function requestIdOf(headers: Headers): string {
  const given = headers.get(REQUEST_ID_HEADER) ?? "";
  return SANE.test(given) && !SECRET.test(given) ? given : crypto.randomUUID();
}
