// Proves the claims and keys of the tokens that the tests sign.
import assert from "node:assert/strict";
import { createLocalJWKSet, decodeProtectedHeader, errors, jwtVerify } from "jose";
import { createSigner } from "../../dev/tokens.ts";

Deno.test("a user's token verifies against the signer's public keys", async () => {
  const signer = await createSigner();
  const token = await signer.sign({ sub: "11111111-1111-4111-8111-111111111111" });
  const { payload } = await jwtVerify(token, createLocalJWKSet(signer.jwks), {
    algorithms: ["ES256"],
    audience: "authenticated",
  });
  assert.equal(payload.sub, "11111111-1111-4111-8111-111111111111");
  assert.equal(payload.role, "authenticated");
  assert.deepEqual(payload.app_metadata, { provider: "email", providers: ["email"] });
  assert.deepEqual(payload.user_metadata, {});
  assert.ok(payload.iss && payload.exp && payload.iat && payload.email);
});

Deno.test("an admin's token has the role in app_metadata only", async () => {
  const signer = await createSigner();
  const { payload } = await jwtVerify(await signer.adminToken(), createLocalJWKSet(signer.jwks));
  assert.equal((payload.app_metadata as { role: string }).role, "admin");
  assert.equal(payload.role, "authenticated");
  assert.deepEqual(payload.user_metadata, {});
});

Deno.test("the public keys state their use and contain no private parts", async () => {
  for (const alg of ["ES256", "RS256"] as const) {
    const { jwks, sign } = await createSigner({ alg });
    const [key] = jwks.keys;
    assert.equal(jwks.keys.length, 1);
    assert.deepEqual([key.alg, key.use], [alg, "sig"]);
    assert.equal("d" in key, false);
    const header = decodeProtectedHeader(await sign());
    assert.deepEqual([header.alg, header.kid], [alg, key.kid]);
    await jwtVerify(await sign(), createLocalJWKSet(jwks));
  }
});

Deno.test("a token can be expired, or name another key", async () => {
  const signer = await createSigner();
  const keys = createLocalJWKSet(signer.jwks);
  const expired = await signer.adminToken({ expiresInSeconds: -1 });
  await assert.rejects(jwtVerify(expired, keys), errors.JWTExpired);
  const stray = await signer.adminToken({ kid: "another" });
  await assert.rejects(jwtVerify(stray, keys), errors.JWKSNoMatchingKey);
});
