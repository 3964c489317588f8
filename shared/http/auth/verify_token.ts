import { decodeProtectedHeader } from "jose/decode/protected_header";
import * as errors from "jose/errors";
import { createLocalJWKSet } from "jose/jwks/local";
import { createRemoteJWKSet, customFetch } from "jose/jwks/remote";
import { jwtVerify } from "jose/jwt/verify";
import type { JSONWebKeySet, JWTVerifyGetKey } from "jose";
import type { Config } from "../../config.ts";
import { AppError } from "../../errors.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { fetchKeys } from "./fetch_keys.ts";
import { checkClaims, CLOCK_TOLERANCE_SECONDS, roleOf } from "./token_claims.ts";
import type { TokenUser, VerifyToken } from "./token_user.ts";

/**
 * The algorithms that Supabase signs with. All others, including `none`, are refused, even if the key set has a
 * key for them.
 */
const ALGORITHMS = ["ES256", "RS256"];

/**
 * Makes a verifier of users' tokens.
 *
 * @param config The source of the public keys, the accepted issuers, and the access to Supabase Auth, which alone can verify
 * HS256 tokens.
 * @returns A verifier, which returns `invalid_credential`, `expired_credential` or `auth_unavailable` for a token
 * that it does not accept.
 */
export function createTokenVerifier(
  config: Pick<Config, "jwks" | "issuers" | "supabase" | "storage">,
): VerifyToken {
  const { jwks, issuers } = config;
  const keys = "inline" in jwks
    ? createLocalJWKSet(jwks.inline as JSONWebKeySet)
    : createRemoteJWKSet(new URL(jwks.url), { [customFetch]: fetchKeys });
  return async (token) => {
    if (algorithmOf(token) !== "HS256") return await verifySigned(token, keys, issuers);
    const { verifyLegacy } = await import("./verify_legacy.ts");
    return await verifyLegacy(token, config);
  };
}

async function verifySigned(
  token: string,
  keys: JWTVerifyGetKey,
  issuers: readonly string[],
): Promise<Result<TokenUser>> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    const id = checkClaims(payload, issuers);
    return id.ok ? ok({ id: id.value, role: roleOf(payload.app_metadata) }) : id;
  } catch (cause) {
    return fail(tokenError(cause));
  }
}

function tokenError(cause: unknown): AppError {
  if (cause instanceof errors.JWTExpired) {
    return new AppError(
      "expired_credential",
      "The token has expired. Sign in again or refresh the session.",
      {
        cause,
      },
    );
  }
  const unreachable = cause instanceof errors.JWKSTimeout || !(cause instanceof errors.JOSEError) ||
    cause.code === "ERR_JOSE_GENERIC"; // the key set's response was not a 200
  if (unreachable) {
    return new AppError(
      "auth_unavailable",
      "The keys that verify tokens cannot be read. Try again.",
      { cause },
    );
  }
  return new AppError("invalid_credential", "The token is not valid. Sign in again.", { cause });
}

function algorithmOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).alg;
  } catch {
    return undefined; // not a token: the verifier refuses it
  }
}
