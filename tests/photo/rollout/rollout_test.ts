// Proves over HTTP what the legacy service receives, and when one pipeline serves for the other.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { decodeJwt } from "jose";
import type { LegacyBehaviour } from "../../../dev/legacy_simulator.ts";
import { LEGACY_REPLY, LEGACY_TEXT } from "../../../dev/legacy_simulator.ts";
import type { Stack } from "../../../dev/stack.ts";
import { InternalSigner } from "../../../shared/http/internal_signer.ts";
import { errorSchema } from "../../../shared/http/error_schema.ts";
import { expectError, expectReply, fixture, sendBytes, sendJson } from "../../helpers/call.ts";
import { assertDocumented } from "../../helpers/contract.ts";
import { onBothDenos } from "../../helpers/on_both_denos.ts";
import { storeOriginal } from "../../helpers/store_original.ts";
import { seen } from "../../helpers/until.ts";

const QUERY = "variants=grid&skip_background_removal=true";
const UPLOAD = `${QUERY}&upload_to_storage=true`;
const photo = await fixture("small.jpg");
const admin = (stack: Stack) => ({ authorization: `Bearer ${stack.adminToken}` });
const send = (stack: Stack, headers: Record<string, string> = {}, query = QUERY) =>
  sendBytes(stack.functionUrl, { ...admin(stack), ...headers }, photo, query);

/** Checks that an answer is the legacy service's own, plus the function's headers. */
async function expectLegacy(pending: Promise<Response>): Promise<void> {
  const response = await pending;
  const text = await response.text();
  assert.equal(response.status, 200, text);
  assertDocumented(response, text);
  const body = JSON.parse(text);
  const request_id = response.headers.get("x-request-id");
  assert.deepEqual(body, { ...LEGACY_REPLY, served_by: "legacy", request_id });
  assert.match(response.headers.get("server-timing")!, /legacy;dur=/);
}

async function expectNew(pending: Promise<Response>): Promise<void> {
  assert.equal((await expectReply(pending)).body.served_by, "new");
}

/** Storage refuses writes: a fault of the new pipeline. */
function refuseUploads({ faults }: Stack): void {
  faults.next("POST", /^\/storage\/v1\/object\/car-images\//, { kind: "status", status: 403 }, 50);
}

onBothDenos(
  "legacy receives the request unchanged",
  { ROLLOUT_PERCENT: "0" },
  async (t, stack) => {
    const legacy = stack.legacy!;
    const lastCall = () => {
      const { headers, ...call } = legacy.calls.at(-1)!;
      assert.equal(headers.get("x-api-key"), legacy.apiKey);
      return { ...call, contentType: headers.get("content-type") };
    };
    await t.step("a body of image bytes is forwarded", async () => {
      await expectLegacy(send(stack));
      const { path, body, contentType } = lastCall();
      assert.equal(path, `/api/process-image?${QUERY}`);
      assert.equal(contentType, "image/jpeg");
      assert.deepEqual(Buffer.from(body), Buffer.from(photo));
    });
    await t.step("a form is forwarded", async () => {
      const form = new FormData();
      form.set("file", new Blob([photo]), "Mein Käfer.jpg");
      form.set("options", '{"padding": 7}');
      const encoded = new Response(form);
      const contentType = encoded.headers.get("content-type")!;
      const body = new Uint8Array(await encoded.arrayBuffer());
      const headers = { ...admin(stack), "content-type": contentType };
      await expectLegacy(fetch(stack.functionUrl, { method: "POST", headers, body }));
      assert.equal(lastCall().contentType, contentType);
      assert.deepEqual(Buffer.from(lastCall().body), Buffer.from(body));
    });
    await t.step("JSON is forwarded with its white space", async () => {
      const body = `{ "options": {}, "image_base64" : "${
        Buffer.from(photo).toString("base64")
      }" }\n`;
      const contentType = "application/json; charset=utf-8";
      const headers = { ...admin(stack), "content-type": contentType };
      await expectLegacy(fetch(stack.functionUrl, { method: "POST", headers, body }));
      assert.equal(lastCall().contentType, contentType);
      assert.equal(Buffer.from(lastCall().body).toString(), body);
    });
    await t.step("a photo in Storage replaces its address", async () => {
      const storage_path = await storeOriginal(stack, "2026/a.jpg", photo);
      const settings = { options: { padding: 3 }, filename: "a.jpg" };
      await expectLegacy(sendJson(stack.functionUrl, admin(stack), { storage_path, ...settings }));
      assert.equal(lastCall().contentType, "application/json");
      assert.deepEqual(JSON.parse(Buffer.from(lastCall().body).toString()), {
        image_base64: Buffer.from(photo).toString("base64"),
        ...settings,
      });
    });
    await t.step("the caller's credential is not forwarded", async () => {
      const apikey = { apikey: stack.secretKey };
      const query = `?apikey=${stack.publishableKey}`;
      const image_base64 = Buffer.from(photo).toString("base64");
      await expectLegacy(sendJson(stack.functionUrl + query, apikey, { image_base64 }));
      await expectLegacy(send(stack, { cookie: `token=${stack.adminToken}` }));
      for (const { path, headers } of legacy.calls) {
        const all = JSON.stringify([path, [...headers]]);
        for (const secret of [stack.secretKey, stack.adminToken, stack.publishableKey]) {
          assert.ok(!all.includes(secret), all);
        }
      }
    });
    await t.step(
      "a photo that another isolate handed over is not sent to legacy again",
      async () => {
        legacy.calls.length = 0;
        const { sub } = decodeJwt(stack.adminToken);
        const parts = ["hand-over", "photo-1", "1", sub!];
        const headers = {
          "x-request-id": "photo-1",
          "x-process-image-hops": "1",
          "x-process-image-hops-signature": await new InternalSigner([stack.secretKey]).sign(parts),
        };
        await expectNew(send(stack, headers));
        assert.equal(legacy.calls.length, 0);
        await expectLegacy(send(stack, { "x-process-image-hops": "1" }));
        assert.equal(legacy.calls.length, 1, "unsigned");
      },
    );
  },
  { legacy: true },
);

onBothDenos(
  "if legacy fails on a photo, the new pipeline processes it",
  { ROLLOUT_PERCENT: "0", LEGACY_TIMEOUT_MS: "1000" },
  async (t, stack) => {
    const legacy = stack.legacy!;
    const failures: LegacyBehaviour[] = [
      ...[500, 503, 429, 401, 403, 302, 400, 413, 415, 422].map((status) =>
        ({ kind: "status", status }) as const
      ),
      ...(["html", "failure", "close", "hang"] as const).map((kind) => ({ kind })),
    ];
    for (const failure of failures) {
      await t.step(`when it answers ${Object.values(failure).join(" ")}`, async () => {
        legacy.behave(failure);
        legacy.calls.length = 0;
        await expectNew(send(stack));
        // Deno 2.9 itself retries if a connection closes without an answer.
        assert.ok(legacy.calls.length === 1 || failure.kind === "close");
      });
    }
    await t.step("a request that names legacy has no fallback", async () => {
      legacy.behave({ kind: "status", status: 500 });
      const { body } = await expectError(send(stack, { "x-processor": "legacy" }), "legacy_failed");
      assert.match(body.error.message, /^The legacy service answered status 500\. Try again\.$/);
      assert.ok(!JSON.stringify(body).includes(LEGACY_TEXT));
    });
    await t.step("if both fail, the answer is the error of the chosen one", async () => {
      refuseUploads(stack);
      await expectError(send(stack, {}, UPLOAD), "legacy_failed");
      stack.faults.clear();
    });
    await t.step("the log reports each fallback", () => {
      const lines = stack.function.logs.filter((line) => line.includes('"fell_back"'));
      assert.equal(lines.length, failures.length + 1);
    });
    await t.step("a faulty photo is refused as usual", async () => {
      const broken = sendBytes(stack.functionUrl, admin(stack), new Uint8Array(500), QUERY);
      await expectError(broken, "unsupported_image_type");
    });
  },
  { legacy: true },
);

onBothDenos(
  "if the new pipeline fails on a photo, legacy processes it, and settings change without a restart",
  {},
  async (t, stack) => {
    const legacy = stack.legacy!;
    await t.step("legacy is not called while nothing fails", async () => {
      await expectNew(send(stack));
      assert.equal(legacy.calls.length, 0);
    });
    await t.step("a fault of the new pipeline falls back to legacy", async () => {
      refuseUploads(stack);
      await expectLegacy(send(stack, {}, UPLOAD));
      await expectError(send(stack, { "x-processor": "new" }, UPLOAD), "storage_rejected");
      assert.equal(legacy.calls.length, 1);
    });
    await t.step("if both fail, the error is retryable if either error is", async () => {
      legacy.behave({ kind: "status", status: 500 });
      const response = await send(stack, {}, UPLOAD);
      const { error } = errorSchema.parse(await response.json());
      assert.equal(response.status, 502);
      assert.equal(error.code, "storage_rejected");
      assert.equal(error.retryable, true);
      assert.ok(response.headers.has("retry-after"));
      stack.faults.clear();
      legacy.behave({ kind: "ok" });
    });
    await t.step("a faulty request is refused, and legacy is not called", async () => {
      legacy.calls.length = 0;
      const { functionUrl } = stack;
      const broken = sendBytes(functionUrl, admin(stack), photo.slice(0, 300), QUERY);
      await expectError(broken, "invalid_image");
      await expectError(send(stack, { "x-processor": "python" }), "invalid_request");
      await expectError(send(stack, {}, "padding=x"), "invalid_options");
      assert.equal(legacy.calls.length, 0);
    });
    await t.step("a request can name its pipeline", async () => {
      await expectLegacy(send(stack, { "x-processor": "legacy" }));
      await expectNew(send(stack));
    });
    await t.step("a row in the database routes all requests", async () => {
      await stack.supabase.query("update rollout_settings set use_new_pipeline = false");
      const servedBy = async (): Promise<string> => (await (await send(stack)).json()).served_by;
      assert.equal(await seen(servedBy, (by) => by !== "new"), "legacy");
      await expectNew(send(stack, { "x-processor": "new" }));
    });
    await t.step("each answer is recorded with who served it", async () => {
      const counts = async () => {
        const rows = await stack.supabase.query<{ served_by: string }>(
          "select distinct served_by from processing_runs",
        );
        return rows.map(({ served_by }) => served_by).sort().join();
      };
      await seen(counts, (names) => names === "legacy,new");
    });
  },
  { legacy: true },
);

onBothDenos(
  "with the switch off legacy gets everything, and the new pipeline only serves fallbacks",
  { USE_NEW_PIPELINE: "false", SHADOW_PERCENT: "100" },
  async (_, stack) => {
    stack.faults.next("GET", /^\/rest\/v1\/rollout_settings/, { kind: "hang" }, Infinity);
    await expectLegacy(send(stack));
    await expectLegacy(send(stack));
    stack.legacy!.behave({ kind: "status", status: 503 });
    await expectNew(send(stack));
    const unreadable = stack.function.logs.filter((line) =>
      line.includes("rollout_settings_unreadable")
    );
    assert.equal(unreadable.length, 1);
    assert.equal(stack.faults.calls.length, 1);
  },
  { legacy: true },
);

onBothDenos(
  "a shadow run is recorded, and neither served nor stored",
  { ROLLOUT_PERCENT: "0", SHADOW_PERCENT: "100" },
  async (_, stack) => {
    await expectLegacy(send(stack, {}, UPLOAD));
    const runs = () =>
      stack.supabase.query<Record<string, unknown>>(
        "select served_by, is_shadow, error_code, bytes_out from processing_runs order by is_shadow",
      );
    const [served, shadow] = await seen(runs, ({ length }) => length === 2);
    const bytes = LEGACY_REPLY.processed.length + LEGACY_REPLY.grid.length +
      LEGACY_REPLY.detail.length;
    assert.equal(served.served_by, "legacy");
    assert.equal(served.is_shadow, false);
    assert.equal(Number(served.bytes_out), Math.floor(bytes * 3 / 4));
    assert.equal(shadow.served_by, "new");
    assert.equal(shadow.is_shadow, true);
    assert.equal(shadow.error_code, null);
    assert.ok(Number(shadow.bytes_out) > 1_000);
    const stored = await stack.supabase.query(
      "select name from storage.objects where bucket_id = 'car-images'",
    );
    assert.deepEqual(stored, []);
  },
  { legacy: true },
);

onBothDenos(
  "without a legacy service every photo is new, and the start logs it",
  { ROLLOUT_PERCENT: "10" },
  async (_, stack) => {
    await expectNew(send(stack));
    const { body } = await expectError(send(stack, { "x-processor": "legacy" }), "invalid_request");
    assert.match(body.error.message, /no legacy service is configured/);
    const lines = stack.function.logs.filter((line) => line.includes("rollout_without_legacy"));
    assert.equal(lines.length, 1);
    assert.match(lines[0], /LEGACY_PROCESSOR_URL is not set/);
    assert.ok(!stack.faults.calls.some((call) => call.includes("rollout_settings")));
  },
);
