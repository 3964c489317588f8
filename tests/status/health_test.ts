// Proves over HTTP what deep health reports, and to whom.
import assert from "node:assert/strict";
import { deepHealthSchema } from "../../shared/status/health_schema.ts";
import type { Stack } from "../../dev/stack.ts";
import { expectError } from "../helpers/call.ts";
import { assertDocumented } from "../helpers/contract.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";
import { UPSTREAM_TEXT } from "../../dev/supabase_faults.ts";

const CHECKS = ["image_engine", "storage", "database", "api4ai"];

async function deep(stack: Stack, status: 200 | 503, headers?: HeadersInit) {
  const response = await fetch(`${stack.functionUrl}/health?deep=1`, {
    headers: headers ?? { apikey: stack.secretKey },
  });
  const text = await response.text();
  assert.equal(response.status, status, text);
  assertDocumented(response, text);
  assert.ok(!text.includes(UPSTREAM_TEXT) && !text.includes(stack.secretKey));
  assert.doesNotMatch(text, /127\.0\.0\.1/);
  const { checks, ...reply } = deepHealthSchema.parse(JSON.parse(text));
  assert.equal(reply.status, status === 200 ? "healthy" : "unhealthy");
  assert.deepEqual(checks.map(({ name }) => name), CHECKS);
  assert.deepEqual(checks.map(({ needed }) => needed), [true, true, true, false]);
  return Object.fromEntries(checks.map(({ name, ok, error }) => [name, ok ? "ok" : error]));
}

const WELL = { image_engine: "ok", storage: "ok", database: "ok", api4ai: "ok" };

onBothDenos("deep health reports what works", { API4AI_TIMEOUT_MS: "1000" }, async (t, stack) => {
  const { faults } = stack;

  await t.step("servers and admins may read deep health", async () => {
    assert.deepEqual(await deep(stack, 200), WELL);
    const headers = { authorization: `Bearer ${stack.adminToken}` };
    assert.deepEqual(await deep(stack, 200, headers), WELL);
  });
  await t.step("other callers may not read deep health", async () => {
    const ask = (headers: HeadersInit) => fetch(`${stack.functionUrl}/health?deep=1`, { headers });
    await expectError(ask({}), "missing_credential");
    await expectError(ask({ apikey: stack.publishableKey }), "missing_credential");
    const user = await stack.signer.sign();
    await expectError(ask({ authorization: `Bearer ${user}` }), "forbidden");
  });
  await t.step("health itself is open, whatever else the query contains", async () => {
    for (const query of ["", "?deep=0", "?deep="]) {
      const response = await fetch(`${stack.functionUrl}/health${query}`);
      const text = await response.text();
      assertDocumented(response, text);
      const { status, checks } = JSON.parse(text);
      assert.deepEqual([response.status, status, checks], [200, "healthy", undefined]);
    }
  });
  await t.step("a missing bucket, or one that is not public, is named", async () => {
    await stack.supabase.query("update storage.buckets set public = false where id = 'car-images'");
    assert.deepEqual(await deep(stack, 503), {
      ...WELL,
      storage: 'The bucket "car-images" is not public.',
    });
    await stack.supabase.query("delete from storage.buckets where id = 'car-images'");
    const { storage } = await deep(stack, 503);
    assert.equal(storage, 'There is no bucket "car-images": the migrations create it.');
    await stack.supabase.query(
      "insert into storage.buckets (id, name, public) values ('car-images', 'car-images', true)",
    );
    assert.deepEqual(await deep(stack, 200), WELL);
  });
  await t.step(
    "a Storage that fails or hangs is reported, and the other checks pass",
    async () => {
      faults.next("GET", /^\/storage\/v1\/bucket\//, { kind: "status", status: 500 });
      assert.deepEqual(await deep(stack, 503), {
        ...WELL,
        storage: "Storage answered with status 500.",
      });
      faults.next("GET", /^\/storage\/v1\/bucket\//, { kind: "hang" });
      assert.deepEqual(await deep(stack, 503), { ...WELL, storage: "No answer within 5000 ms." });
      faults.clear();
    },
  );
  await t.step("a failing database and missing migrations are reported", async () => {
    faults.next("POST", /circuit_breaker_enter$/, { kind: "status", status: 500 });
    assert.deepEqual(await deep(stack, 503), {
      ...WELL,
      database: "The database answered with status 500.",
    });
    faults.next("POST", /circuit_breaker_enter$/, { kind: "status", status: 404 });
    const { database } = await deep(stack, 503);
    assert.equal(database, "The database lacks the function's migrations: supabase db push.");
    faults.clear();
  });
  await t.step("the log contains the failure under the request's id", () => {
    const lines = stack.function.logs.filter((line) => line.includes("health_check_failed"))
      .map((line) => JSON.parse(line));
    assert.ok(lines.length >= 6);
    for (const line of lines) assert.match(line.request_id, /^[0-9a-f-]{36}$/);
  });
  await t.step("without API4.ai the function is healthy, and reports it", async () => {
    await stack.simulator!.close();
    assert.deepEqual(await deep(stack, 200), {
      ...WELL,
      api4ai: "The API4.ai simulator could not be reached.",
    });
  });
});
