// Proves over HTTP that a photo is processed whatever API4.ai answers, with the right warning.
import assert from "node:assert/strict";
import type { Behaviour } from "../../dev/api4ai_simulator.ts";
import { startFunction } from "../../dev/function_process.ts";
import { inspectPhoto } from "../../shared/image/decode/inspect_photo.ts";
import { expectReply, fixture, sendBytes } from "../helpers/call.ts";
import { closedAddress } from "../helpers/closed_address.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";
import { denosOfForm } from "../helpers/test_form.ts";

const NOW = { "retry-after": "0" };
const refusal = (status: number, headers: Record<string, string> = NOW): Behaviour => ({
  kind: "status",
  status,
  headers,
  body: "<html>Bad Gateway</html>",
});

/** A behaviour of API4.ai, the warning for it, and the number of calls. */
const FAILURES: [Behaviour, warning: string, asked: number][] = [
  [{ kind: "failure", message: "Can not load image." }, "background_removal_failed", 1],
  [{ kind: "failure", message: "Resolution is too big." }, "background_removal_failed", 1],
  [
    { kind: "status", status: 200, body: '{"message":"hm"}' },
    "background_removal_invalid_reply",
    1,
  ],
  [{ kind: "empty-results" }, "background_removal_invalid_reply", 1],
  [{ kind: "half-json" }, "background_removal_invalid_reply", 1],
  [{ kind: "not-an-image" }, "background_removal_invalid_reply", 1],
  [{ kind: "wrong-size" }, "background_removal_invalid_reply", 1],
  [{ kind: "all-transparent" }, "background_removal_invalid_reply", 1],
  [{ kind: "all-opaque" }, "background_removal_invalid_reply", 1],
  [{ kind: "huge", bytes: 100_000_000 }, "background_removal_invalid_reply", 1],
  [refusal(302, { location: "http://127.0.0.1:9/" }), "background_removal_failed", 1],
  [refusal(400), "background_removal_failed", 1],
  [refusal(401), "background_removal_unauthorized", 1],
  [refusal(403), "background_removal_unauthorized", 1],
  [refusal(413), "background_removal_failed", 1],
  [refusal(422), "background_removal_failed", 1],
  [refusal(429), "background_removal_rate_limited", 4],
  [refusal(500), "background_removal_failed", 4],
  [refusal(502), "background_removal_failed", 4],
  [refusal(429, { "retry-after": "60" }), "background_removal_rate_limited", 1],
  [refusal(429, {}), "background_removal_rate_limited", 2],
  [{ kind: "html", status: 502 }, "background_removal_failed", 2],
  [{ kind: "close" }, "background_removal_unreachable", 2],
  [{ kind: "close-midway" }, "background_removal_unreachable", 2],
  [{ kind: "hang" }, "background_removal_timeout", 1],
  [{ kind: "slow-drip" }, "background_removal_timeout", 1],
];

/** The tests send one photo repeatedly. Nothing is cached, so each request calls API4.ai. */
const SETTINGS = { API4AI_TIMEOUT_MS: "2500", CUTOUT_BUCKET: "none" };

onBothDenos("a photo is processed whatever API4.ai does", SETTINGS, async (t, stack) => {
  const photo = await fixture("small.jpg");
  const auth = { authorization: `Bearer ${stack.adminToken}` };
  const send = (query = "variants=grid") =>
    expectReply(sendBytes(stack.functionUrl, auth, photo, query));
  const simulator = stack.simulator!;
  await simulator.warmUp(); // its first picture has to be ready within the timeout, too

  for (const kind of ["ok", "ok-old-shape", "ok-shuffled"] as const) {
    await t.step(`a reply of the shape "${kind}" removes the background`, async () => {
      simulator.reset();
      simulator.behave({ kind });
      const { body } = await send();
      assert.deepEqual(body.metadata.background, {
        removed: true,
        provider: "simulator",
        cached: false,
      });
      assert.deepEqual(body.warnings, []);
    });
  }
  for (const [behaviour, code, asked] of FAILURES) {
    await t.step(`${JSON.stringify(behaviour)} is the warning ${code}`, async () => {
      simulator.reset();
      // Each of them is the first: circuit_breaker_test.ts proves what a series of them does.
      await stack.supabase.query("delete from public.circuit_breakers");
      simulator.behave(behaviour);
      const { body } = await send("variants=grid");
      assert.deepEqual(body.warnings.map((warning) => warning.code), [code]);
      assert.match(body.warnings[0].message, /The photo was processed with its background\.$/);
      assert.doesNotMatch(JSON.stringify(body.warnings), /html|Can not load|hm/);
      assert.deepEqual(body.metadata.background, { removed: false, provider: null, cached: false });
      assert.ok(body.grid);
      assert.equal(simulator.requests.length, asked);
    });
  }
  await t.step("all variants show a photo that keeps its background", async () => {
    simulator.reset();
    await stack.supabase.query("delete from public.circuit_breakers");
    simulator.behave({ kind: "failure", message: "Can not load image." });
    const { body } = await send("");
    assert.equal(body.metadata.background.removed, false);
    assert.ok(body.processed && body.grid && body.detail);
  });
  await t.step("of a reply of 100 MB the function reads only up to a limit", async () => {
    simulator.reset();
    simulator.behave({ kind: "huge", bytes: 100_000_000 });
    await send();
    // Reading stops at 32 MiB; the connection's buffers contain what is sent until then.
    const taken = simulator.requests[0].taken ?? 0;
    assert.ok(taken > 30_000_000 && taken < 60_000_000, `${taken} bytes were taken`);
  });
  await stack.supabase.query("delete from public.circuit_breakers");
  await t.step("a temporary failure costs a retry, not the cutout", async () => {
    simulator.reset();
    simulator.behave([refusal(429), refusal(503), { kind: "ok" }]);
    const { body } = await send();
    assert.equal(body.metadata.background.removed, true);
    assert.deepEqual(body.warnings, []);
    assert.equal(simulator.requests.length, 3);
  });
  await t.step("without background removal API4.ai is not called", async () => {
    simulator.reset();
    const { body } = await send("skip_background_removal=true");
    assert.deepEqual(body.metadata.background, { removed: false, provider: null, cached: false });
    assert.deepEqual(body.warnings, []);
    assert.equal(simulator.requests.length, 0);
  });
  await t.step(
    "API4.ai receives a small upright JPEG without metadata, and a request for a mask",
    async () => {
      simulator.reset();
      await expectReply(
        sendBytes(stack.functionUrl, auth, await fixture("street-rotated.jpg"), "variants=grid"),
      );
      const [{ image, mode, width, height, headers }] = simulator.requests;
      assert.equal(mode, "fg-mask");
      assert.deepEqual([width, height], [1512, 2016]);
      const header = inspectPhoto(image as Uint8Array<ArrayBuffer>, { maxPixels: 2048 * 2048 });
      assert.ok(header.ok && header.value.format === "jpeg");
      const text = new TextDecoder("latin1").decode(image);
      assert.doesNotMatch(text, /Exif|GPS|http:\/\/ns\.adobe|ICC_PROFILE/);
      assert.match(headers.get("content-type") ?? "", /^multipart\/form-data; boundary=/);
      assert.equal(headers.get("x-api-key"), simulator.apiKey);
    },
  );
}, { core: true });

onBothDenos("other modes use API4.ai's picture", {
  API4AI_MODE: "fg-image-hideclp",
}, async (_, stack) => {
  const auth = { apikey: stack.secretKey };
  const { body } = await expectReply(
    sendBytes(stack.functionUrl, auth, await fixture("small.jpg")),
  );
  assert.equal(body.metadata.background.removed, true);
  assert.deepEqual(stack.simulator!.requests.map(({ mode }) => mode), ["fg-image-hideclp"]);
});

onBothDenos("a wrong key has its own warning", { API4AI_KEY: "wrong" }, async (_, stack) => {
  const auth = { apikey: stack.secretKey };
  const { body } = await expectReply(
    sendBytes(stack.functionUrl, auth, await fixture("small.jpg")),
  );
  assert.deepEqual(body.warnings.map(({ code }) => code), ["background_removal_unauthorized"]);
  assert.doesNotMatch(JSON.stringify(body), /"wrong"/);
});

onBothDenos("without a key photos keep their background, with a warning", {
  API4AI_KEY: "",
  API4AI_URL: "",
}, async (_, stack) => {
  const auth = { apikey: stack.secretKey };
  const { body } = await expectReply(
    sendBytes(stack.functionUrl, auth, await fixture("small.jpg")),
  );
  assert.deepEqual(body.warnings.map(({ code }) => code), ["background_removal_not_configured"]);
});

Deno.test("a photo is processed though API4.ai cannot be reached", async (t) => {
  const tls = (name: string) =>
    Deno.readTextFile(new URL(`../../fixtures/tls/${name}`, import.meta.url));
  await using untrusted = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    cert: await tls("self_signed.test_cert.pem"),
    key: await tls("self_signed.test_key.pem"),
    onListen() {},
  }, () => Response.json({}));
  const faults: [what: string, url: string, logged: RegExp][] = [
    ["a refused connection", closedAddress(), /refused/],
    [
      "an untrusted certificate",
      `https://127.0.0.1:${untrusted.addr.port}`,
      /certificate/,
    ],
    // No name server is queried: a label of more than 63 characters is invalid, and .invalid never resolves.
    ["a name that does not resolve", `http://${"x".repeat(64)}.invalid`, /dns|lookup/],
  ];
  const photo = await fixture("small.jpg");
  for (const deno of denosOfForm()) {
    for (const [what, url, logged] of faults) {
      await t.step(`${what} (Deno ${deno})`, async () => {
        const running = await startFunction({
          deno,
          env: {
            SUPABASE_URL: closedAddress(),
            SUPABASE_SECRET_KEY: "sb_secret_x",
            SUPABASE_JWKS: '{"keys":[]}',
            API4AI_KEY: "the-key",
            API4AI_URL: `${url}/results`,
            API4AI_TIMEOUT_MS: "1000", // less than the wait before a second try
          },
        });
        try {
          const { body } = await expectReply(
            sendBytes(`${running.url}/process-image`, { apikey: "sb_secret_x" }, photo),
          );
          const codes = body.warnings.map(({ code }) => code);
          assert.deepEqual(codes, ["background_removal_unreachable"]);
          assert.equal(body.metadata.background.removed, false);
          assert.ok(body.processed && body.grid && body.detail);
          const kept = running.logs.find((line) => line.includes("background_kept")) ?? "";
          assert.match(kept, logged, "the error is exactly this one");
          assert.doesNotMatch(kept, /the-key/);
          assert.doesNotMatch(JSON.stringify(body), /127\.0\.0\.1|invalid\/|certificate|the-key/);
        } finally {
          await running.close();
        }
      });
    }
  }
});
