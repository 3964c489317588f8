// Proves that the local Auth signs users in, refreshes sessions and refuses wrong passwords.
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { startLocalSupabase } from "../../dev/local_supabase.ts";
import { createSignIn } from "../../dev/supabase_lite/sign_in.ts";
import { createSigner } from "../../dev/tokens.ts";

const ADMIN = { email: "admin@example.com", password: "correct horse", role: "admin" };
const OTHER = { email: "user@example.com", password: "battery staple" };

const signer = await createSigner();
const signIn = createSignIn(signer, [ADMIN, OTHER]);
const supabase = await startLocalSupabase({ jwks: signer.jwks, route: signIn.route });
signIn.connect(supabase);
Deno.test.afterAll(() => supabase.close());

const browser = () =>
  createClient(supabase.url, supabase.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });

Deno.test("signing in returns an asymmetric token with the role that the function requires", async () => {
  const client = browser();
  const { data, error } = await client.auth.signInWithPassword(ADMIN);
  assert.equal(error, null);
  const token = data.session!.access_token;
  assert.equal(decodeProtectedHeader(token).alg, "ES256");
  assert.equal(decodeProtectedHeader(token).kid, signer.kid);
  const claims = decodeJwt<{ app_metadata: { role?: string } }>(token);
  assert.equal(claims.app_metadata.role, "admin");
  assert.equal(claims.sub, data.user!.id);
  assert.equal(claims.exp, data.session!.expires_at);
  // The migration's policies find the role in this token, too.
  const { error: refused } = await client.storage.from("car-originals")
    .upload("sign-in.jpg", new Uint8Array([1]), { contentType: "image/jpeg" });
  assert.equal(refused, null);
});

Deno.test("a user without the role gets a token without it", async () => {
  const { data } = await browser().auth.signInWithPassword(OTHER);
  const claims = decodeJwt<{ app_metadata: object }>(data.session!.access_token);
  assert.ok(!("role" in claims.app_metadata));
});

Deno.test("a wrong password is refused as Supabase refuses it", async () => {
  for (const email of [ADMIN.email, "nobody@example.com"]) {
    const { error } = await browser().auth.signInWithPassword({ email, password: "wrong" });
    assert.equal(error?.status, 400);
    assert.equal(error?.code, "invalid_credentials");
  }
});

Deno.test("a session is refreshed once, returns its user, and ends with the sign-out", async () => {
  const client = browser();
  const { data } = await client.auth.signInWithPassword(ADMIN);
  const first = data.session!;
  const refreshed = await client.auth.refreshSession();
  const second = refreshed.data.session!;
  assert.equal(decodeProtectedHeader(second.access_token).alg, "ES256");
  assert.notEqual(second.refresh_token, first.refresh_token);
  const { data: { user } } = await client.auth.getUser();
  assert.equal(user?.email, ADMIN.email);
  assert.equal(user?.app_metadata.role, "admin");

  assert.equal((await client.auth.signOut()).error, null);
  const after = await browser().auth.refreshSession({ refresh_token: second.refresh_token });
  assert.notEqual(after.error, null);
  const { error } = await browser().auth.getUser(second.access_token);
  assert.equal(error?.name, "AuthSessionMissingError");
});
