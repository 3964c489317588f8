// Proves that mutated images and requests end in a documented answer within their CPU bound, and leave the function
// unchanged.
import assert from "node:assert/strict";
import { startFunction } from "../../dev/function_process.ts";
import { ALONE, requestTo } from "./in_process.ts";
import { fuzz, KINDS, requestOf } from "./fuzz.ts";
import { fuzzKinds, SLOWEST_FIRST } from "./fuzz_kinds.ts";
import { isLongForm } from "../helpers/test_form.ts";

const SEED = 20_260_101;
/** The number of runs of each kind, in this process and over HTTP; `deno task fuzz` runs as many as asked for. */
const [RUNS, RUNS_OVER_HTTP] = isLongForm ? [500, 60] : [60, 10];

/** Bound on a worker's memory after these runs: the engine may keep 128 MB, and V8 collects late. */
const MAX_WASM_BYTES = 128 << 20;
const MAX_HEAP_BYTES = 256 << 20;

Deno.test("mutated images of each type, and mutated requests, all end in a documented answer", async () => {
  const answered = new Map<string, number>();
  await fuzzKinds(SLOWEST_FIRST, { seed: SEED, runs: RUNS, from: 0 }, (kind, outcome) => {
    if ("failure" in outcome) assert.fail(`${kind}: ${outcome.failure}`);
    const { tally, heapBytes, wasmBytes } = outcome;
    answered.set(kind, Object.values(tally).reduce((sum, count) => sum + count, 0));
    assert.ok(wasmBytes <= MAX_WASM_BYTES, `${kind}: the engine holds ${wasmBytes} bytes`);
    assert.ok(heapBytes <= MAX_HEAP_BYTES, `${kind}: the heap holds ${heapBytes} bytes`);
    assert.ok(
      tally["200"] > 0 && Object.keys(tally).length >= 3,
      `${kind}: ${JSON.stringify(tally)}`,
    );
  });
  assert.deepEqual([...answered.keys()].sort(), [...KINDS].sort());
  assert.ok([...answered.values()].every((count) => count === RUNS));
});

Deno.test("the same seed gives the same requests, another seed gives others", () => {
  for (const kind of KINDS) {
    assert.deepEqual(requestOf(kind, SEED, 17), requestOf(kind, SEED, 17));
    assert.notDeepEqual(requestOf(kind, SEED, 17), requestOf(kind, SEED + 1, 17));
    assert.notDeepEqual(requestOf(kind, SEED, 17), requestOf(kind, SEED, 18));
  }
});

Deno.test("mutated images and requests over HTTP leave the process alive and unchanged (Deno 2.1.4)", async () => {
  const running = await startFunction({ deno: "2.1.4", env: ALONE });
  try {
    for (const kind of KINDS) {
      await fuzz(
        (request) => fetch(requestTo(running.url, request)),
        kind,
        SEED + 1,
        RUNS_OVER_HTTP,
      );
    }
    const health = await fetch(`${running.url}/process-image/health`);
    assert.equal((await health.json()).status, "healthy");
  } finally {
    await running.close();
  }
});
