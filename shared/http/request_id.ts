/** The header that carries a request's id, both ways. */
export const REQUEST_ID_HEADER = "x-request-id";

/** The form of an accepted request id: short, and safe in a log line and a header. */
const SANE = /^[A-Za-z0-9._:-]{1,128}$/;

/** The form of Supabase keys and tokens, which are not accepted as ids, since ids are logged. */
const SECRET = /^(sb_|eyJ)/;

/**
 * Chooses the id for a request's response and log lines.
 *
 * @param headers The request's headers. A valid `x-request-id` is used as the id.
 * @returns That id, or a new UUID.
 */
export function requestIdOf(headers: Headers): string {
  const given = headers.get(REQUEST_ID_HEADER) ?? "";
  return SANE.test(given) && !SECRET.test(given) ? given : crypto.randomUUID();
}
