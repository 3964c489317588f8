// Proves which failures of Storage are retried, and for how long.
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { describeFailure } from "../../shared/storage/storage_failure.ts";
import { VariantStore } from "../../shared/storage/variant_store.ts";
import { type Attempt, withRetries } from "../../shared/storage/with_retries.ts";
import { FakeFetch, FakeTimers } from "../helpers/fake_fetch.ts";

const failure = (status?: number): Attempt<string> => ({
  ok: false,
  failure: describeFailure({ message: "upstream text", status }),
});
const STORED: Attempt<string> = { ok: true, value: "stored" };

/** Creates calls with given outcomes, and counts them. */
function calls(...outcomes: Attempt<string>[]) {
  const made = { count: 0, call: () => Promise.resolve(outcomes[made.count++]) };
  return made;
}

for (const status of [undefined, 429, 500, 502, 503, 504, 544]) {
  Deno.test(`a call that fails with ${status ?? "no answer"} is made up to three times`, async () => {
    using timers = new FakeTimers();
    const passing = calls(failure(status), failure(status), STORED);
    assert.deepEqual(await withRetries(passing.call, { timeoutMs: 10_000 }), STORED);
    const lasting = calls(...new Array(4).fill(failure(status)));
    assert.deepEqual(await withRetries(lasting.call, { timeoutMs: 10_000 }), failure(status));
    assert.deepEqual([passing.count, lasting.count], [3, 3]);
    for (const [index, wait] of timers.waits.entries()) {
      const most = [200, 800][index % 2];
      assert.ok(wait > most / 2 && wait <= most, `${wait} ms`);
    }
  });
}

for (const status of [400, 401, 403, 404, 413, 415]) {
  Deno.test(`a call that is refused with ${status} is made once`, async () => {
    const refused = calls(failure(status), STORED);
    assert.deepEqual(await withRetries(refused.call, { timeoutMs: 10_000 }), failure(status));
    assert.equal(refused.count, 1);
  });
}

Deno.test("no try begins after twice a try's timeout", async () => {
  using _timers = new FakeTimers();
  const failing = calls(failure(500), STORED);
  // Here the first wait alone exceeds that.
  assert.deepEqual(await withRetries(failing.call, { timeoutMs: 40 }), failure(500));
  assert.equal(failing.count, 1);
});

Deno.test("nothing is retried after a disconnect", async () => {
  const caller = new AbortController();
  using timers = new FakeTimers();
  timers.beforeWait = () => caller.abort(new Error("the caller went away"));
  const failing = calls(failure(500), STORED);
  const bounds = { timeoutMs: 10_000, signal: caller.signal };
  await assert.rejects(withRetries(failing.call, bounds), /the caller went away/);
  assert.equal(failing.count, 1);
});

Deno.test("save() stores nothing after a disconnect", async () => {
  using fetch = new FakeFetch([]);
  const client = createClient("http://storage.test", "sb_secret_x");
  const store = new VariantStore(client, "b", "http://public.test", 1_000);
  const file = Uint8Array.of(1);
  const files = [{ name: "grid" as const, format: "webp" as const, file, path: "a/grid.webp" }];
  const signal = AbortSignal.abort(new Error("the caller went away"));
  await assert.rejects(store.save(files, signal), /the caller went away/);
  assert.equal(fetch.requests.length, 0);
});

Deno.test("an error contains Storage's status, never its message", () => {
  const named = describeFailure({ message: "m", status: 400, statusCode: "InvalidKey" });
  assert.deepEqual([named.reason, named.retryable], ["Storage refused the request", false]);
  const database = describeFailure({ message: "m", status: 500, statusCode: "57014" });
  assert.deepEqual([database.reason, database.retryable], ["Storage failed with status 500", true]);
});
