// Proves that the function runs alone, configured by its environment only, and reports wrong settings and keys.
import assert from "node:assert/strict";
import { startFunction } from "../../dev/function_process.ts";
import { createSigner } from "../../dev/tokens.ts";
import { expectError, expectReply, fixture, sendBytes } from "../helpers/call.ts";
import { denosOfForm } from "../helpers/test_form.ts";

const SETTINGS = {
  SUPABASE_URL: "http://127.0.0.1:9",
  SUPABASE_SECRET_KEY: "sb_secret_alone",
  SUPABASE_JWKS: '{"keys":[]}',
};

for (const deno of denosOfForm()) {
  Deno.test(`the function runs alone, configured by its environment only (Deno ${deno})`, async () => {
    const running = await startFunction({ deno, env: SETTINGS });
    try {
      const { body } = await expectReply(
        sendBytes(
          `${running.url}/process-image`,
          { apikey: "sb_secret_alone" },
          await fixture("small.jpg"),
        ),
      );
      assert.deepEqual(body.warnings.map(({ code }) => code), [
        "background_removal_not_configured",
      ]);
      assert.deepEqual(running.logs.filter((line) => line.includes("sb_secret_alone")), []);
    } finally {
      await running.close();
    }
  });
}

Deno.test("a wrong or missing setting stops the start with a message that names it", async () => {
  const wrong: [Record<string, string>, RegExp][] = [
    [
      { ...SETTINGS, API4AI_TIMEOUT_MS: "soon" },
      /API4AI_TIMEOUT_MS: expected a whole number of milliseconds/,
    ],
    [{ ...SETTINGS, SUPABASE_URL: "" }, /SUPABASE_URL is not set/],
    [{ ...SETTINGS, SUPABASE_SECRET_KEY: "" }, /No secret key is set: give SUPABASE_SECRET_KEYS/],
  ];
  for (const [env, sentence] of wrong) await assert.rejects(startFunction({ env }), sentence);
});

Deno.test("unreadable keys are reported differently from wrong tokens", async () => {
  const signer = await createSigner({ issuer: `${SETTINGS.SUPABASE_URL}/auth/v1` });
  let up = false;
  await using keys = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => up ? Response.json(signer.jwks) : new Response("down", { status: 500 }),
  );
  const { SUPABASE_JWKS: _, ...settings } = SETTINGS;
  const running = await startFunction({
    env: { ...settings, SUPABASE_JWKS_URL: `http://127.0.0.1:${keys.addr.port}/jwks.json` },
  });
  try {
    const photo = await fixture("small.jpg");
    const headers = { authorization: `Bearer ${await signer.adminToken()}` };
    const send = () => sendBytes(`${running.url}/process-image`, headers, photo, "variants=grid");
    await expectError(send(), "auth_unavailable");
    up = true;
    await expectReply(send());
    const [, claims] = headers.authorization.split(".");
    const legacy = { authorization: `Bearer eyJhbGciOiJIUzI1NiJ9.${claims}.AAAA` };
    await expectError(sendBytes(`${running.url}/process-image`, legacy, photo), "auth_unavailable");
  } finally {
    await running.close();
  }
});

Deno.test("an endless key set, or another document, is rejected", async () => {
  const signer = await createSigner();
  let sent = 0;
  let endless = true;
  await using keys = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    if (!endless) return new Response(`{"keys":[0${",0".repeat(30_000)}]}`);
    const body = new ReadableStream({
      pull: (controller) => {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(0x20));
      },
    });
    return new Response(body);
  });
  const { SUPABASE_JWKS: _, ...settings } = SETTINGS;
  const running = await startFunction({
    env: { ...settings, SUPABASE_JWKS_URL: `http://127.0.0.1:${keys.addr.port}/jwks.json` },
  });
  try {
    const headers = { authorization: `Bearer ${await signer.adminToken()}` };
    const send = () => sendBytes(`${running.url}/process-image`, headers, new Uint8Array(9));
    await expectError(send(), "auth_unavailable");
    assert.ok(sent < 16_000_000, `${sent} bytes were sent`);
    endless = false;
    await expectError(send(), "auth_unavailable");
  } finally {
    await running.close();
  }
});
