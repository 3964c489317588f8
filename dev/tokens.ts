import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";

/** The signing algorithms of Supabase's asymmetric JWT keys. */
export type SigningAlgorithm = "ES256" | "RS256";

/** Options of `Signer.sign`; the defaults make a valid user token. */
export interface TokenOptions {
  /** Seconds until the token expires; negative for an expired token. @default 3600 */
  expiresInSeconds?: number;
  /** The header's `kid`. @default the signer's own */
  kid?: string;
}

/** A key pair that signs user tokens like Supabase Auth. */
export interface Signer {
  /** The public key, in the format of `/auth/v1/.well-known/jwks.json`. */
  readonly jwks: { keys: JWK[] };
  /** The private key, for tests that sign unusual tokens. */
  readonly privateKey: CryptoKey;
  readonly kid: string;
  /** The tokens' `iss`, which depends on the project's address: set it when the address is known. */
  issuer: string;
  /**
   * Signs a user token.
   *
   * @param claims Claims that replace or extend those of a user without a role.
   */
  sign(claims?: JWTPayload, options?: TokenOptions): Promise<string>;
  /** Signs a token whose `app_metadata.role` is `admin`. */
  adminToken(options?: TokenOptions): Promise<string>;
}

const DEFAULT_LIFETIME_SECONDS = 3600;

/**
 * Creates a key pair and a signer for it.
 *
 * The local Supabase signs its own tokens with HS256 and has an empty JWKS, unlike a current project. This signer covers
 * the function's real verification path.
 *
 * @param options.alg `ES256` (Supabase's default) or `RS256`
 * @param options.issuer The initial `iss` of the tokens.
 */
export async function createSigner(
  options: { alg?: SigningAlgorithm; issuer?: string } = {},
): Promise<Signer> {
  const { alg = "ES256" } = options;
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const kid = crypto.randomUUID();
  const jwks = { keys: [{ ...await exportJWK(publicKey), kid, alg, use: "sig" }] };

  const sign = (claims: JWTPayload = {}, tokenOptions: TokenOptions = {}): Promise<string> => {
    const nowSeconds = Math.floor(Date.now() / 1000);
    const lifetimeSeconds = tokenOptions.expiresInSeconds ?? DEFAULT_LIFETIME_SECONDS;
    return new SignJWT({
      iss: signer.issuer,
      sub: crypto.randomUUID(),
      aud: "authenticated",
      role: "authenticated",
      // Keeps `iat` before `exp` for expired tokens too.
      iat: Math.min(nowSeconds, nowSeconds + lifetimeSeconds - 1),
      exp: nowSeconds + lifetimeSeconds,
      email: "user@example.com",
      app_metadata: { provider: "email", providers: ["email"] },
      user_metadata: {},
      session_id: crypto.randomUUID(),
      aal: "aal1",
      is_anonymous: false,
      ...claims,
    }).setProtectedHeader({ alg, kid: tokenOptions.kid ?? kid, typ: "JWT" }).sign(privateKey);
  };

  const signer: Signer = {
    issuer: options.issuer ?? "http://127.0.0.1:54321/auth/v1",
    jwks,
    privateKey,
    kid,
    sign,
    adminToken: (tokenOptions) =>
      sign({
        email: "admin@example.com",
        app_metadata: { provider: "email", providers: ["email"], role: "admin" },
      }, tokenOptions),
  };
  return signer;
}
