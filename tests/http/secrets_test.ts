// Proves that no answer and no log line contains a secret, whatever fails.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { fixture, sendBytes, sendJson } from "../helpers/call.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";

const API4AI_KEY = "api4ai-key-of-this-test-0123456789";

onBothDenos("no answer, header, error or log line contains a key or token", {
  MAX_IMAGE_BYTES: "200000",
}, async (t, stack) => {
  const photo = await fixture("small.jpg");
  const { functionUrl: url, adminToken, secretKey, publishableKey, simulator } = stack;
  const other = await stack.signer.adminToken({ expiresInSeconds: -60 });
  const auth = { authorization: `Bearer ${adminToken}`, apikey: publishableKey };
  const legacy = await stack.supabase.createLegacyUser({ email: "a@example.com" });
  const seen: string[] = [];
  const note = async (pending: Promise<Response>): Promise<void> => {
    const response = await pending;
    seen.push(JSON.stringify([...response.headers]), await response.text());
  };
  const json = (body: unknown, headers: HeadersInit = auth) => note(sendJson(url, headers, body));
  const bytes = (query: string, headers: HeadersInit = auth, body = photo) =>
    note(sendBytes(url, headers, body, query));

  await t.step("every kind of failure is provoked", async () => {
    await bytes("upload_to_storage=true");
    await bytes("variants=grid", { apikey: secretKey });
    for (
      const headers of [
        {},
        { apikey: `${secretKey}x` },
        { apikey: publishableKey },
        { authorization: `Bearer ${adminToken}x` },
        { authorization: `Bearer ${other}` },
        { authorization: `Bearer ${legacy}` },
        { authorization: `Bearer ${secretKey}` },
        { authorization: `Basic ${secretKey}` },
        { ...auth, "x-request-id": `Bearer ${adminToken}` },
      ] as Record<string, string>[]
    ) await bytes("variants=grid", headers);
    await bytes("nonsense=1");
    await bytes("padding=wide");
    await bytes("", auth, new Uint8Array(300_000));
    await bytes("", auth, photo.slice(0, 2_000));
    await bytes("", auth, new TextEncoder().encode("hello") as Uint8Array<ArrayBuffer>);
    await json({ image_base64: "!" });
    await json({ image_base64: Buffer.from(photo).toString("base64"), filename: "a.jpg" });
    await json({ storage_path: { bucket: "car-originals", path: "none.jpg" } });
    await json({ storage_path: { bucket: "closed", path: "none.jpg" } });
    await note(fetch(`${url}/nothing`, { headers: auth }));
    await note(fetch(`${url}/health`));
    for (
      const behaviour of [
        { kind: "failure", message: `the key ${simulator!.apiKey} is not known` },
        { kind: "failure", message: API4AI_KEY },
      ] as const
    ) {
      simulator!.behave(behaviour);
      await bytes("variants=grid");
    }
    simulator!.reset();
    await stack.supabase.query("update storage.buckets set file_size_limit = 10");
    await bytes("upload_to_storage=true&padding=3");
    await stack.supabase.query("delete from storage.objects");
    await stack.supabase.query("delete from storage.buckets");
    await bytes("upload_to_storage=true&padding=4");
    assert.ok(seen.length >= 50);
  });

  await t.step("neither the answers nor the log contain a secret", () => {
    const secrets: Record<string, string> = {
      "secret key": secretKey,
      "API4.ai key": simulator!.apiKey,
      "admin's token": adminToken,
      "signature of the admin's token": adminToken.split(".")[2],
      "expired token": other,
      "legacy token": legacy,
    };
    const log = stack.function.logs.join("\n");
    const answers = seen.join("\n");
    assert.ok(stack.function.logs.length >= 20);
    for (const [name, value] of Object.entries(secrets)) {
      assert.ok(value.length >= 8, name);
      for (
        const form of [value, encodeURIComponent(value), Buffer.from(value).toString("base64")]
      ) {
        assert.ok(!log.includes(form), `the ${name} is in the log`);
        // A caller's own id is returned; the function only checks its form.
        if (name !== "secret key") {
          assert.ok(!answers.includes(form), `the ${name} is in an answer`);
        }
      }
    }
    assert.ok(!log.includes(publishableKey) && !answers.includes(publishableKey));
    assert.doesNotMatch(`${log}\n${answers}`, /"d":"|BEGIN (RSA |EC )?PRIVATE KEY|Bearer ey/);
  });
});
