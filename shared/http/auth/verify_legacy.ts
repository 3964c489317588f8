import { isAuthRetryableFetchError, type SupabaseClient } from "@supabase/supabase-js";
import { AppError } from "../../errors.ts";
import { fail, ok } from "../../result.ts";
import type { VerifyToken } from "./verify_token.ts";

/**
 * Verifies tokens of projects that still sign with the shared HS256 secret: this function does not hold the secret, so
 * Supabase Auth is asked.
 *
 * @param client A client of the project; its own rights do not matter.
 * @returns A verifier that answers `invalid_credential` or `auth_unavailable` for a token that is not good.
 */
export function createLegacyVerifier(client: SupabaseClient): VerifyToken {
  return async (token) => {
    const { data, error } = await client.auth.getUser(token);
    if (!error) return ok({ id: data.user.id, role: data.user.app_metadata.role });
    if (isAuthRetryableFetchError(error) || (error.status ?? 0) >= 500) {
      return fail(
        new AppError(
          "auth_unavailable",
          "Supabase Auth can not be reached to verify the token. Try again.",
          {
            cause: error,
          },
        ),
      );
    }
    return fail(
      new AppError("invalid_credential", "The token is not valid or has expired. Sign in again.", {
        cause: error,
      }),
    );
  };
}
