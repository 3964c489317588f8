import { isAuthRetryableFetchError, type SupabaseClient } from "@supabase/supabase-js";
import { decodeJwt, type JWTPayload } from "jose";
import { AppError } from "../../errors.ts";
import { fail, ok } from "../../lib/result.ts";
import { checkClaims, roleOf } from "./token_claims.ts";
import type { VerifyToken } from "./verify_token.ts";

/**
 * Verifies tokens of projects that still sign with the shared HS256 secret. This function does not hold the secret, so
 * it checks the claims, which may refuse the token but prove nothing, and then asks Supabase Auth.
 *
 * @param client A client of the project; its own rights do not matter.
 * @param issuers The accepted values of `iss`.
 * @returns A verifier, which returns `invalid_credential`, `expired_credential` or `auth_unavailable` for a token
 * that it does not accept. The role is the current one in Supabase Auth.
 */
export function createLegacyVerifier(
  client: SupabaseClient,
  issuers: readonly string[],
): VerifyToken {
  return async (token) => {
    const id = checkClaims(claimsOf(token), issuers);
    if (!id.ok) return id;
    const { data, error } = await client.auth.getUser(token);
    if (!error) return ok({ id: id.value, role: roleOf(data.user.app_metadata) });
    if (isAuthRetryableFetchError(error) || (error.status ?? 0) >= 500) {
      const message = "Supabase Auth cannot be reached to verify the token. Try again.";
      return fail(new AppError("auth_unavailable", message, { cause: error }));
    }
    const message = "The token is not valid or has expired. Sign in again.";
    return fail(new AppError("invalid_credential", message, { cause: error }));
  };
}

/** Decodes the claims. Text that is not a token has none, and the check of the claims refuses it. */
function claimsOf(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch {
    return {};
  }
}
