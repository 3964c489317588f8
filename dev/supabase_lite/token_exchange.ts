import { createLocalJWKSet, decodeProtectedHeader, type JWK, jwtVerify, SignJWT } from "jose";

/**
 * Makes the local Supabase accept asymmetric user tokens.
 *
 * A hosted project verifies ES256 and RS256 tokens; the embedded Supabase verifies HS256 only. So a token that the given public
 * keys verify is replaced by a token with the same claims, signed with the embedded Supabase's secret. Any other token passes
 * unchanged, and the embedded Supabase refuses it.
 *
 * @param jwtSecret The embedded Supabase's HS256 secret.
 * @param jwks The public keys; without them, requests pass unchanged.
 */
export function createTokenExchange(
  jwtSecret: string,
  jwks: { keys: JWK[] } | undefined,
): (request: Request) => Promise<Request> {
  if (!jwks) return (request) => Promise.resolve(request);
  const publicKeys = createLocalJWKSet(jwks);
  const secret = new TextEncoder().encode(jwtSecret);

  const exchange = async (token: string): Promise<string> => {
    const { payload } = await jwtVerify(token, publicKeys, { algorithms: ["ES256", "RS256"] });
    return await new SignJWT(payload).setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(secret);
  };

  return async (request) => {
    const token = request.headers.get("authorization")?.match(/^Bearer (.+)$/i)?.[1];
    if (!token || !isAsymmetric(token)) return request;
    try {
      const exchanged = await exchange(token);
      const headers = new Headers(request.headers);
      headers.set("authorization", `Bearer ${exchanged}`);
      // `new Request(request)` would take over the signal, and Deno would warn at each request.
      return new Request(request.url, { method: request.method, headers, body: request.body });
    } catch {
      return request;
    }
  };
}

function isAsymmetric(token: string): boolean {
  try {
    const { alg } = decodeProtectedHeader(token);
    return alg === "ES256" || alg === "RS256";
  } catch {
    return false;
  }
}
