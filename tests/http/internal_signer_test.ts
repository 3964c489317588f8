// Proves that the key of internal signatures is derived once for each secret key, when it is first needed.
import assert from "node:assert/strict";
import { InternalSigner } from "../../shared/http/internal_signer.ts";

Deno.test("InternalSigner derives a secret key's key once, at its first use", async () => {
  const original = crypto.subtle.deriveKey;
  let derived = 0;
  crypto.subtle.deriveKey = function (...all: Parameters<typeof original>) {
    derived++;
    return original.apply(this, all);
  };
  try {
    const signer = new InternalSigner(["one", "two"]);
    assert.equal(derived, 0);
    const signatures = await Promise.all([signer.sign(["a"]), signer.sign(["b"])]);
    assert.ok(await signer.verify(signatures[0], ["a"]));
    assert.equal(derived, 1);
    const other = await new InternalSigner(["two"]).sign(["a"]);
    assert.deepEqual([await signer.verify(other, ["a"]), derived], [true, 3]);
    assert.equal(await signer.verify(other, ["b"]), false);
    assert.equal(derived, 3);
  } finally {
    crypto.subtle.deriveKey = original;
  }
});

Deno.test("InternalSigner refuses malformed signatures without deriving a key", async () => {
  const signer = new InternalSigner(["one"]);
  for (const text of [null, "", "t=1", "v1=00", `t=,v1=${"0".repeat(64)}`, "x".repeat(100_000)]) {
    assert.equal(await signer.verify(text, ["a"]), false);
  }
});
