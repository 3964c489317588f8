// Proves that only the configured secret keys are accepted.
import assert from "node:assert/strict";
import { isSecretKey } from "../../shared/http/auth/secret_keys.ts";

const KEYS = ["sb_secret_one", "sb_secret_two", "legacy.service.key"];

Deno.test("isSecretKey() accepts each of the keys", () => {
  for (const key of KEYS) assert.equal(isSecretKey(key, KEYS), true);
});

for (
  const wrong of [
    "",
    "sb_secret_",
    "sb_secret_on",
    "sb_secret_one2",
    "SB_SECRET_ONE",
    " sb_secret_one",
    "sb_secret_tee",
    "sb_secret_onë",
  ]
) {
  Deno.test(`isSecretKey() rejects ${JSON.stringify(wrong)}`, () => {
    assert.equal(isSecretKey(wrong, KEYS), false);
  });
}

Deno.test("isSecretKey() rejects everything if no keys are set", () => {
  assert.equal(isSecretKey("", []), false);
  assert.equal(isSecretKey("sb_secret_one", []), false);
});
