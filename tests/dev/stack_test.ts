// Proves that the local stack serves the function through the gateway with exactly its settings.
import assert from "node:assert/strict";
import { startFunction } from "../../dev/function_process.ts";
import { startStack } from "../../dev/stack.ts";

const stack = await startStack();
Deno.test.afterAll(() => stack.close());
const SMALL = new URL("../../fixtures/small.jpg", import.meta.url);

Deno.test("the stack's function answers through Supabase's gateway", async () => {
  const response = await fetch(`${stack.functionUrl}/health`);
  assert.equal(response.status, 200);
  assert.equal((await response.json()).status, "healthy");
});

Deno.test("the stack processes a photo with the simulator and stores it", async () => {
  const response = await fetch(`${stack.functionUrl}?upload_to_storage=true`, {
    method: "POST",
    headers: { authorization: `Bearer ${stack.adminToken}`, "content-type": "image/jpeg" },
    body: await Deno.readFile(SMALL),
  });
  const reply = await response.json();
  assert.equal(response.status, 200, JSON.stringify(reply));
  assert.equal(reply.metadata.background.removed, true);
  assert.equal(stack.simulator?.requests.length, 1);
  for (const url of Object.values<string>(reply.storage_urls)) {
    const stored = await fetch(url);
    assert.equal(stored.status, 200);
    await stored.body?.cancel();
  }
});

Deno.test("a function with a wrong setting does not start, and prints why", async () => {
  const env = { ...stack.env, API4AI_TIMEOUT_MS: "soon" };
  await assert.rejects(startFunction({ env }), /API4AI_TIMEOUT_MS/);
});

Deno.test("the function's environment has only its settings and what Deno needs", async () => {
  // Not a valid bucket name: with it the function would not start.
  Deno.env.set("STORAGE_BUCKET", "leaked from outside");
  try {
    const { STORAGE_BUCKET: _, ...env } = stack.env;
    const started = await startFunction({ env });
    await started.close();
  } finally {
    Deno.env.delete("STORAGE_BUCKET");
  }
});

Deno.test("the gateway answers 503 after the function has ended", async () => {
  await stack.function.close();
  const response = await fetch(`${stack.functionUrl}/health`);
  assert.equal(response.status, 503);
  assert.equal((await response.json()).code, "BOOT_ERROR");
});
