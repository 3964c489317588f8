// Proves where the keys come from that verify users' tokens.
import assert from "node:assert/strict";
import { readConfig } from "../shared/config.ts";

const LEAST = {
  SUPABASE_URL: "https://ref.supabase.co",
  SUPABASE_SECRET_KEY: "sb_secret_do-not-show-me",
};
const read = (env: Record<string, string | undefined> = {}) => readConfig({ ...LEAST, ...env });
const JWK = { kty: "EC", crv: "P-256", x: "secret-x", y: "secret-y", kid: "one" };

Deno.test("readConfig() accepts SUPABASE_JWKS as an object with keys and as a bare list", () => {
  const expected = { inline: { keys: [JWK] } };
  assert.deepEqual(read({ SUPABASE_JWKS: JSON.stringify({ keys: [JWK] }) }).jwks, expected);
  assert.deepEqual(read({ SUPABASE_JWKS: JSON.stringify([JWK]) }).jwks, expected);
});

Deno.test("readConfig() prefers inline keys to a URL, and a URL to the project's own", () => {
  const address = "https://keys.example.com/jwks.json";
  assert.deepEqual(read({ SUPABASE_JWKS_URL: address }).jwks, { url: address });
  const both = read({ SUPABASE_JWKS_URL: address, SUPABASE_JWKS: JSON.stringify([JWK]) });
  assert.ok("inline" in both.jwks);
});
