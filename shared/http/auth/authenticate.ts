import { AppError } from "../../errors.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import type { Caller } from "./caller.ts";
import { isSecretKey } from "./secret_keys.ts";
import type { VerifyToken } from "./token_user.ts";

/** Bound on a credential, in characters. A user's token has some 900, plus the claims that a project adds. */
const MAX_CREDENTIAL = 16 << 10;

/** The dependencies of authentication. */
export interface AuthDeps {
  /** The keys that admit a server. */
  secretKeys: readonly string[];
  /** The roles that admit a user. */
  adminRoles: readonly string[];
  /** Verifies users' tokens. */
  verifyToken: VerifyToken;
  /** Called for each admitted caller. */
  onAdmitted?: () => void;
}

/**
 * Authenticates the caller from the headers alone, before the body is read.
 *
 * A server sends a secret key in `apikey`, or as its bearer token, as supabase-js does with the legacy service role key;
 * a user sends a token in `Authorization`. A publishable key identifies a project, not a caller, and is ignored.
 *
 * @param headers The request's headers.
 * @param deps The dependencies.
 * @returns The caller, or `missing_credential`, `invalid_credential`, `expired_credential`, `forbidden`,
 * `auth_unavailable`.
 */
export async function authenticate(headers: Headers, deps: AuthDeps): Promise<Result<Caller>> {
  const caller = await identify(headers, deps);
  if (caller.ok) deps.onAdmitted?.();
  return caller;
}

async function identify(headers: Headers, deps: AuthDeps): Promise<Result<Caller>> {
  const apikey = headers.get("apikey") ?? "";
  const authorization = headers.get("authorization") ?? "";
  if (apikey.length > MAX_CREDENTIAL || authorization.length > MAX_CREDENTIAL) {
    const message = `A credential is longer than ${MAX_CREDENTIAL} characters. Sign in again.`;
    return fail(new AppError("invalid_credential", message));
  }
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? "";
  for (const credential of [apikey, token]) {
    if (credential && isSecretKey(credential, deps.secretKeys)) {
      return ok({ kind: "server", key: credential });
    }
  }
  if (apikey.startsWith("sb_secret_") || token.startsWith("sb_secret_")) {
    return fail(new AppError("invalid_credential", "The secret key is not one of this project's."));
  }
  if (authorization && !token) {
    return fail(
      new AppError("invalid_credential", "Expected Authorization to be: Bearer <token>."),
    );
  }
  if (!token || token.startsWith("sb_publishable_")) {
    const message =
      "Sign in and send the user's token as Authorization: Bearer <token>, or a secret key as apikey.";
    return fail(new AppError("missing_credential", message));
  }
  const user = await deps.verifyToken(token);
  if (!user.ok) return user;
  const { id, role } = user.value;
  if (typeof role !== "string" || !deps.adminRoles.includes(role)) {
    const message = `The signed-in user may not do this: app_metadata.role must be ${
      deps.adminRoles.join(" or ")
    }.`;
    return fail(new AppError("forbidden", message));
  }
  return ok({ kind: "user", id, role, token });
}
