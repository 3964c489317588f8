import type { JWTPayload } from "jose";
import { AppError } from "../../errors.ts";
import { fail, ok, type Result } from "../../lib/result.ts";

/** The audience of the tokens that Supabase Auth gives to signed-in users. */
const AUDIENCE = "authenticated";

/** Allowed difference between two clocks, in seconds. */
export const CLOCK_TOLERANCE_SECONDS = 5;

/** Matches a UUID of any version: imported users can have ids that Supabase Auth did not make. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Checks the claims that every user token needs, for any algorithm. It does not check the signature.
 *
 * @param claims The token's payload.
 * @param issuers The accepted values of `iss`, compared exactly.
 * @returns The user's id in lower case, or `invalid_credential`, `expired_credential`.
 */
export function checkClaims(claims: JWTPayload, issuers: readonly string[]): Result<string> {
  const { iss, aud, sub, exp } = claims;
  if (typeof iss !== "string" || !issuers.includes(iss)) {
    const found = typeof iss === "string" ? `"${iss.slice(0, 100)}"` : typeof iss;
    const cause = `iss is ${found}, expected ${issuers.join(" or ")}`;
    const message =
      "The token's issuer (iss) is not this project's Auth. Sign in again; where Auth has another address, add it to JWT_ISSUERS.";
    return fail(new AppError("invalid_credential", message, { cause }));
  }
  if (aud !== AUDIENCE && !(Array.isArray(aud) && aud.includes(AUDIENCE))) {
    return invalid("audience (aud) has to be authenticated");
  }
  if (typeof sub !== "string" || !UUID.test(sub)) return invalid("subject (sub) has to be a UUID");
  if (typeof exp !== "number") return invalid("expiry (exp) has to be a number");
  if (exp + CLOCK_TOLERANCE_SECONDS <= Date.now() / 1000) {
    const message = "The token has expired. Sign in again or refresh the session.";
    return fail(new AppError("expired_credential", message));
  }
  return ok(sub.toLowerCase());
}

/**
 * Reads the role from a user's `app_metadata`. Users can change their `user_metadata`, so it is not read.
 *
 * @param appMetadata The unchecked metadata.
 */
export function roleOf(appMetadata: unknown): unknown {
  return (appMetadata as { role?: unknown } | null | undefined)?.role;
}

function invalid(why: string): Result<never> {
  return fail(new AppError("invalid_credential", `The token's ${why}. Sign in again.`));
}
