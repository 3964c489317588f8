// Proves how steps are timed.
import assert from "node:assert/strict";
import { Timings } from "../../shared/telemetry/timings.ts";

/** Runs with a clock that only the test moves. */
async function withClock(run: (pass: (ms: number) => void) => Promise<void>): Promise<void> {
  const real = performance.now;
  let now = 1_000;
  performance.now = () => now;
  try {
    await run((ms) => now += ms);
  } finally {
    performance.now = real;
  }
}

Deno.test("measure() keeps each step's time, in the order of their ends, and the total", async () => {
  await withClock(async (pass) => {
    const timings = new Timings();
    assert.equal(await timings.measure("decode", () => (pass(12.34), "done")), "done");
    await timings.measure("crop", () => Promise.resolve(pass(5)));
    pass(2.66);
    assert.deepEqual(timings.toJSON(), { decode: 12.3, crop: 5, total: 20 });
    assert.deepEqual(Object.keys(timings.toJSON()), ["decode", "crop", "total"]);
  });
});

Deno.test("measure() keeps the time of a failing step, and rethrows its error", async () => {
  await withClock(async (pass) => {
    const timings = new Timings();
    const failing = timings.measure("store", () => {
      pass(3);
      throw new Error("no");
    });
    await assert.rejects(failing, /no/);
    assert.deepEqual(timings.toJSON(), { store: 3, total: 3 });
  });
});

Deno.test("toHeader() writes a Server-Timing header", async () => {
  await withClock(async (pass) => {
    const timings = new Timings();
    await timings.measure("auth", () => pass(1.25));
    assert.equal(timings.toHeader(), "auth;dur=1.3, total;dur=1.3");
  });
});
