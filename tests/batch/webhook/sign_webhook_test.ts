// Proves that a webhook's signature is a verifiable HMAC of its time and body.
import assert from "node:assert/strict";
import { signWebhook } from "../../../shared/batch/webhook/sign_webhook.ts";

Deno.test("signWebhook() is a verifiable HMAC-SHA256 of time and body", async () => {
  const body = '{"type":"batch.finished","note":"für"}';
  const signature = signWebhook(body, "a-secret-of-the-receiver", 1_760_000_000);
  const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature)!;
  assert.equal(t, "1760000000");
  const encode = (text: string) => new TextEncoder().encode(text);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const secret = encode("a-secret-of-the-receiver");
  const key = await crypto.subtle.importKey("raw", secret, algorithm, false, ["verify"]);
  const bytes = Uint8Array.from(v1.match(/../g)!, (pair) => parseInt(pair, 16));
  assert.ok(await crypto.subtle.verify("HMAC", key, bytes, encode(`${t}.${body}`)));
});

Deno.test("signWebhook() changes with the time, the body and the secret", () => {
  const all = [
    signWebhook("a", "secret", 1),
    signWebhook("b", "secret", 1),
    signWebhook("a", "secret", 2),
    signWebhook("a", "other", 1),
  ];
  assert.equal(new Set(all).size, 4);
});
