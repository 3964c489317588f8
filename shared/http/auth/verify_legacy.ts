import { decodeJwt } from "jose/jwt/decode";
import type { JWTPayload } from "jose";
import type { Config } from "../../config.ts";
import { AppError } from "../../errors.ts";
import { parseBounded } from "../../lib/json/parse_bounded.ts";
import { readLimited } from "../../lib/read_limited.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { fetchAs } from "../../storage/fetch_as.ts";
import { checkClaims, roleOf } from "./token_claims.ts";
import type { TokenUser } from "./token_user.ts";

/** Bounds on Auth's answer. A user has some 1,500 bytes, plus the metadata that a project adds. */
const BOUNDS = { maxBytes: 1 << 20, maxValues: 20_000 };

/**
 * Verifies a token of a project that still signs with the shared HS256 secret. This function does not hold the secret, so
 * it checks the claims, which may refuse the token but prove nothing, and then asks Supabase Auth.
 *
 * @param token The token.
 * @param config The project's address and key, the bound on the call, and the accepted values of `iss`.
 * @returns The user with the current role in Supabase Auth, or `invalid_credential`, `expired_credential`,
 * `auth_unavailable`.
 */
export async function verifyLegacy(
  token: string,
  { supabase, storage, issuers }: Pick<Config, "supabase" | "storage" | "issuers">,
): Promise<Result<TokenUser>> {
  const id = checkClaims(claimsOf(token), issuers);
  if (!id.ok) return id;
  const send = fetchAs(supabase.serviceKey, token, storage.timeoutMs);
  try {
    const { status, body } = await send(`${supabase.url}/auth/v1/user`);
    const bytes = await readLimited(body, BOUNDS.maxBytes);
    if (status === 429 || status >= 500) return unavailable(`Auth answered ${status}`);
    if (status !== 200) {
      const message = "The token is not valid or has expired. Sign in again.";
      const cause = `Auth answered ${status}`;
      return fail(new AppError("invalid_credential", message, { cause }));
    }
    const user = bytes && parseBounded(bytes, BOUNDS);
    if (!user?.ok) return unavailable("Auth did not answer with a user");
    const { app_metadata } = Object(user.value) as { app_metadata?: unknown };
    return ok({ id: id.value, role: roleOf(app_metadata) });
  } catch (cause) {
    return unavailable(cause); // no connection, a timeout, or an answer that breaks off
  }
}

function unavailable(cause: unknown): Result<never> {
  const message = "Supabase Auth cannot be reached to verify the token. Try again.";
  return fail(new AppError("auth_unavailable", message, { cause }));
}

/** Decodes the claims. Text that is not a token has none, and the check of the claims refuses it. */
function claimsOf(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch {
    return {};
  }
}
