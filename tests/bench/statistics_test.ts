// Proves the definition of percentiles in the benchmarks.
import assert from "node:assert/strict";
import { percentile } from "../../bench/statistics.ts";

Deno.test("percentile() is the smallest value that at least the given share does not exceed", () => {
  const values = [5, 1, 4, 2, 3];
  assert.equal(percentile(values, 0.5), 3);
  assert.equal(percentile(values, 0.95), 5);
  assert.equal(percentile(values, 0), 1);
  assert.equal(percentile([7], 0.95), 7);
  assert.throws(() => percentile([], 0.5), RangeError);
});
