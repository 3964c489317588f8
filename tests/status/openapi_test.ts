// Proves that the function's answers match the OpenAPI document, on generated requests.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { type Stack, startStack } from "../../dev/stack.ts";
import { Hono } from "hono";
import { type Env, route } from "../../shared/http/context.ts";
import { requestScope } from "../../shared/http/request_scope.ts";
import { Shutdown } from "../../shared/isolate/shutdown.ts";
import { Admission } from "../../shared/isolate/admission.ts";
import type { ErrorCode } from "../../shared/errors.ts";
import { handleOpenapi } from "../../shared/status/handle_openapi.ts";
import { expectError, expectReply, fixture, sendBytes, sendJson } from "../helpers/call.ts";
import { assertDocumented, CONTRACT } from "../helpers/contract.ts";
import { bodyInit, type PlannedRequest, plannedRequests } from "../helpers/planned_request.ts";
import type { Known } from "../helpers/schema_arbitrary.ts";
import { losslessBomb } from "../helpers/jpeg_files.ts";
import { storeOriginal } from "../helpers/store_original.ts";

/** The factor for the number of generated requests: CONTRACT_RUNS=10 gives ten times as many, CONTRACT_SEED=N others. */
const RUNS = Number(Deno.env.get("CONTRACT_RUNS") ?? 1);
const SEED = Number(Deno.env.get("CONTRACT_SEED") ?? 7);

const tiny = await fixture("tiny.png");
const photos = [tiny, tiny.slice(0, 40), new TextEncoder().encode("no photo")];

/** Every operation, with its number of valid and of broken requests. */
const OPERATIONS: [method: string, path: string, type: string | undefined, runs: number][] = [
  ["post", "/process-image", "application/json", 8],
  ["post", "/process-image", "multipart/form-data", 5],
  ["post", "/process-image", "image/*", 8],
  ["post", "/process-image/batch", undefined, 10],
  ["get", "/process-image/batch/{id}", undefined, 15],
  ["delete", "/process-image/batch/{id}", undefined, 5],
  ["post", "/process-image/batch/{id}/requeue", undefined, 15],
  ["post", "/process-image/delete", undefined, 5],
  ["get", "/process-image/vehicles/{id}", undefined, 5],
  ["put", "/process-image/vehicles/{id}", undefined, 10],
  ["delete", "/process-image/vehicles/{id}", undefined, 5],
  ["post", "/process-image/work", undefined, 2],
  ["get", "/process-image/health", undefined, 5],
  ["get", "/process-image/metrics", undefined, 5],
  ["get", "/process-image/openapi.json", undefined, 2],
];

/** Broken requests are refused before any processing: ten of them cost less than a photo. */
const MORE_BROKEN = 5;

function knownOf(path: string, batchId: string): Known {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  return {
    image_base64: fc.constantFrom(...photos.map((one) => Buffer.from(one).toString("base64"))),
    file: fc.constantFrom(...photos.map((one) => Buffer.from(one).toString("base64"))),
    photo_hash: fc.constantFrom("0a".repeat(32), "0A".repeat(32)),
    bucket: fc.constantFrom("car-originals", "private"),
    path: fc.constantFrom(path, "2026/none at all.jpg", "ümläut/%41?#.png"),
    variants: fc.subarray(["processed", "grid", "detail", "facebook_square"], { minLength: 1 }),
    aspect: fc.constantFrom("3:2", "4:3", "1.91:1"),
    webhook_url: fc.constant("http://127.0.0.1:9/hook"),
    not_before: fc.integer({ min: 1, max: 29 }).map(inDays),
    id: fc.oneof(fc.constantFrom(batchId, "stock-1"), fc.uuid()),
    vehicle_id: fc.constantFrom("stock-1", "stock_2", "0042"),
    wait: fc.constant(0),
    traceparent: fc.constant("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    "if-none-match": fc.constantFrom('"x"', "*"),
    "x-processor": fc.constant("new"), // the other one only if it is configured
  };
}

async function checkRequests(
  stack: Stack,
  requests: fc.Arbitrary<PlannedRequest>,
  isBroken: boolean,
  runs: number,
): Promise<void> {
  const property = fc.asyncProperty(requests, fc.constantFrom(...photos), async (plan, photo) => {
    const { body, contentType } = bodyInit(plan, photo);
    const response = await fetch(`${stack.url}/functions/v1${plan.target}`, {
      method: plan.method,
      headers: {
        ...plan.headers,
        apikey: stack.secretKey,
        ...(contentType && { "content-type": contentType }),
      },
      body,
    });
    const text = await response.text();
    assertDocumented(response, text, plan.method);
    const isRefused = response.status >= 400 && response.status < 500;
    if (isBroken) assert.ok(isRefused, `${response.status} ${text.slice(0, 300)}`);
    else if (isRefused) {
      const { code } = JSON.parse(text).error;
      assert.ok(!["invalid_request", "invalid_options", "invalid_json"].includes(code), text);
    } else assert.ok(response.status < 500, text);
  });
  await fc.assert(property, { seed: SEED, numRuns: Math.ceil(RUNS * runs) });
}

Deno.test("the contract and the function are the same", async (t) => {
  await using closing = new AsyncDisposableStack();
  const stack = await startStack({
    deno: "2.1.4",
    env: { WEBHOOK_SECRET: "a-secret-of-this-test", WEBHOOK_ALLOW_PRIVATE: "true" },
    tickEveryMs: 0,
  });
  closing.defer(() => stack.close());
  const { functionUrl, adminToken } = stack;
  const url = `${functionUrl}/openapi.json`;
  let etag = "";

  await t.step("the document is public, and equals the one in docs/", async () => {
    const response = await fetch(url);
    const text = await response.text();
    assert.equal(response.status, 200);
    assertDocumented(response, text, "GET");
    assert.deepEqual(JSON.parse(text), CONTRACT);
    assert.equal(response.headers.get("access-control-allow-origin"), "*");
    assert.equal(response.headers.get("cache-control"), "public, max-age=3600");
    etag = response.headers.get("etag")!;
  });

  await t.step("a caller that has the document gets 304", async () => {
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const response = await fetch(url, { headers: { "if-none-match": known } });
      assert.equal(response.status, 304);
      assertDocumented(response, await response.text(), "GET");
      assert.equal(response.headers.get("etag"), etag);
    }
    const other = await fetch(url, { headers: { "if-none-match": '"other"' } });
    await other.body?.cancel();
    assert.equal(other.status, 200);
    const posted = await expectError(fetch(url, { method: "POST" }), "method_not_allowed");
    assert.equal(posted.headers.get("allow"), "GET, OPTIONS");
  });

  await t.step("errors have the messages of the document's examples", async () => {
    await checkExamples(stack);
  });

  const original = await storeOriginal(stack, "2026/tiny.png", tiny);
  const made = await sendJson(`${functionUrl}/batch`, {
    authorization: `Bearer ${adminToken}`,
  }, { items: [{ storage_path: original }], not_before: new Date(Date.now() + 1e7) });
  const { batch_id } = await made.json();
  await expectReply(sendJson(functionUrl, {
    authorization: `Bearer ${adminToken}`,
  }, { storage_path: original, upload_to_storage: true, vehicle_id: "stock-1" }));
  const known = knownOf(original.path, batch_id);

  for (const [method, path, type, runs] of OPERATIONS) {
    const name = `${method.toUpperCase()} ${path}${type ? ` as ${type}` : ""}`;
    const right = plannedRequests(path, method, false, known, type)!;
    await t.step(
      `${name} gives documented answers, and accepts every valid request`,
      () => checkRequests(stack, right, false, runs),
    );
    const wrong = plannedRequests(path, method, true, known, type);
    if (!wrong) continue;
    await t.step(
      `${name} refuses requests with one fault`,
      () => checkRequests(stack, wrong, true, runs * MORE_BROKEN),
    );
  }

  await t.step("every operation was requested", () => {
    const asked = new Set(OPERATIONS.map(([method, path]) => `${method} ${path}`));
    const all = Object.entries(CONTRACT.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`)
    );
    assert.deepEqual([...asked].sort(), all.sort());
  });
});

Deno.test({
  name: "an isolate of the hosted runtime serves the document, too",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using closing = new AsyncDisposableStack();
    const stack = await startStack({ runtime: "hosted", tickEveryMs: 0 });
    closing.defer(() => stack.close());
    const response = await fetch(`${stack.functionUrl}/openapi.json`);
    assert.deepEqual(await response.json(), CONTRACT);
  },
});

Deno.test("an isolate without CPU for the document reports it", async () => {
  const admission = new Admission({ budgetMs: 1 });
  const app = new Hono<Env>();
  app.use(requestScope({ shutdown: new Shutdown(admission) }));
  app.get("/", route((c) => handleOpenapi(c, { process: { admission } })));
  const response = await app.request("/");
  assert.equal(response.status, 503);
  assert.equal((await response.json()).error.code, "isolate_busy");
});

/** Provokes the errors that can be provoked directly, and compares their messages. */
async function checkExamples(stack: Stack): Promise<void> {
  const { functionUrl: url, signer, secretKey, supabase } = stack;
  const admin = { authorization: `Bearer ${stack.adminToken}` };
  const json = (body: unknown) => sendJson(url, admin, body);
  const bytes = (photo: Uint8Array<ArrayBuffer>, headers: HeadersInit = admin) =>
    sendBytes(url, headers, photo);
  const behind = (bucket: string, path: string) =>
    json({
      image_base64: Buffer.from(tiny).toString("base64"),
      options: { background: { storage_path: { bucket, path } } },
    });
  const form = new FormData();
  form.set("file", "text");
  const batch = { items: [{ storage_path: { bucket: "car-originals", path: "a.jpg" } }] };
  const later = { not_before: new Date(Date.now() + 1e7) };
  const keyed = { apikey: secretKey, "idempotency-key": "examples" };
  await (await sendJson(`${url}/batch`, keyed, { ...batch, ...later })).body?.cancel();
  const provoked: [ErrorCode, () => Promise<Response>][] = [
    ["invalid_json", () =>
      fetch(url, {
        method: "POST",
        headers: { ...admin, "content-type": "application/json" },
        body: "{",
      })],
    ["invalid_multipart", () => fetch(url, { method: "POST", headers: admin, body: form })],
    ["invalid_base64", () => json({ image_base64: "?" })],
    ["invalid_request", () => json({ image_base64: "AAAA", upload_to_storage: "yes" })],
    ["invalid_options", () => json({ image_base64: "AAAA", options: { padding: "wide" } })],
    ["missing_image", () => json({})],
    ["missing_credential", () => bytes(tiny, {})],
    ["invalid_credential", () => bytes(tiny, { authorization: "Bearer nonsense" })],
    ["expired_credential", async () => {
      const token = await signer.adminToken({ expiresInSeconds: -60 });
      return await bytes(tiny, { authorization: `Bearer ${token}` });
    }],
    ["forbidden", async () => bytes(tiny, { authorization: `Bearer ${await signer.sign()}` })],
    ["source_forbidden", () => json({ storage_path: { bucket: "private", path: "a.jpg" } })],
    [
      "source_not_found",
      () => json({ storage_path: { bucket: "car-originals", path: "2026/none.jpg" } }),
    ],
    ["backdrop_forbidden", () => behind("private", "showroom.jpg")],
    ["backdrop_not_found", () => behind("car-backgrounds", "showroom.jpg")],
    ["not_found", () => fetch(`${url}/nothing`)],
    [
      "batch_not_found",
      () => fetch(`${url}/batch/2f4c9a3e-0000-4000-8000-000000000000`, { headers: admin }),
    ],
    ["vehicle_not_found", () => fetch(`${url}/vehicles/stock-4711`, { headers: admin })],
    ["vehicle_full", async () => {
      await supabase.query(
        `insert into public.process_image_vehicle_photos (vehicle_id, photo_hash, position, photo)
           select 'stock-4711', lpad(to_hex(place), 64, '0'), place, '{}' from generate_series(0, 499) as place`,
      );
      return await sendBytes(url, admin, tiny, "upload_to_storage=true&vehicle_id=stock-4711");
    }],
    ["vehicle_conflict", async () => {
      await supabase.query("delete from public.process_image_vehicle_photos where position > 0");
      const photos = [0, 1].map((place) => String(place).padStart(64, "0"));
      return await fetch(`${url}/vehicles/stock-4711`, {
        method: "PUT",
        headers: { ...admin, "content-type": "application/json" },
        body: JSON.stringify({ photos }),
      });
    }],
    ["method_not_allowed", () => fetch(url, { headers: admin })],
    [
      "idempotency_conflict",
      () => sendJson(`${url}/batch`, keyed, { items: [...batch.items, ...batch.items], ...later }),
    ],
    ["unsupported_media_type", () => bytes(tiny, { ...admin, "content-type": "text/plain" })],
    ["unsupported_image_type", () => bytes(photos[2])],
    ["unsupported_image_encoding", () => bytes(losslessBomb())],
    ["invalid_image", () => bytes(tiny.slice(0, 12))],
  ];
  const examples = CONTRACT.components.examples as Record<string, { value: ErrorExample }>;
  for (const [code, provoke] of provoked) {
    const { body } = await expectError(provoke(), code);
    const { error } = examples[code].value;
    assert.equal(error.message, body.error.message, code);
    assert.deepEqual(Object.keys(error.details ?? {}), Object.keys(body.error.details ?? {}), code);
  }
}

interface ErrorExample {
  error: { message: string; details?: Record<string, unknown> };
}
