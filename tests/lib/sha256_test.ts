// Proves that both ways of computing a hash give the same one: small and very large files on this thread, others elsewhere.
import assert from "node:assert/strict";
import { photoHash, sha256 } from "../../shared/lib/sha256.ts";

Deno.test("sha256() is the digest of the bytes, on both sides of the bounds between the two ways", async () => {
  for (
    const length of [0, 1, 1_000, (4 << 20) - 1, 4 << 20, (4 << 20) + 1, (16 << 20) - 1, 16 << 20]
  ) {
    const bytes = new Uint8Array(length + 16).fill(length & 255).subarray(8, 8 + length);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const expected = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    assert.equal(await sha256(bytes), expected, String(length));
  }
});

Deno.test("photoHash() computes a photo's hash once", async () => {
  const photo = Uint8Array.of(1, 2, 3);
  assert.equal(photoHash(photo), photoHash(photo));
  assert.equal(
    await photoHash(photo),
    "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81",
  );
});
