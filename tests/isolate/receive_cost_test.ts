// Proves that an isolate charges its CPU budget for receiving a request, by the size of its body, even if it refuses the
// request.
import assert from "node:assert/strict";
import { TASK_MS } from "../../shared/isolate/cpu_costs.ts";
import { expectError } from "../helpers/call.ts";
import { Elsewhere, full } from "../helpers/full_isolate.ts";

/** Sends a body that is refused after it was read. @returns The CPU that it was charged for, in milliseconds. */
async function chargeFor(bytes: number): Promise<number> {
  await using elsewhere = new Elsewhere();
  const { admission, fetch } = full(elsewhere);
  const before = admission.usedMs;
  const request = new Request("http://localhost/process-image", {
    method: "POST",
    headers: { apikey: "key", "content-type": "application/json" },
    body: `{"image_base64": "${"A".repeat(bytes)}"`, // without its closing brace
  });
  await expectError(fetch(request), "invalid_json");
  return admission.usedMs - before;
}

Deno.test("a body that is refused is charged by its size", async () => {
  const [small, large] = [await chargeFor(1_000), await chargeFor(4_000_000)];
  assert.ok(small >= TASK_MS.receive.each, `${small}`);
  // A body is in memory twice while it is read.
  const perMegabyte = (large - small) / 8;
  assert.ok(Math.abs(perMegabyte - TASK_MS.receive.perMegabyte) < 0.1, `${perMegabyte}`);
});
