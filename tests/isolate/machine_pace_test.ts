import assert from "node:assert/strict";
import { machinePace } from "../../shared/isolate/machine_pace.ts";

/** A clock on which most rounds take so many milliseconds. */
function clockOf(ms: number): () => number {
  let time = 0;
  let looks = 0;
  return () => {
    // Some rounds are interrupted by others' work, and the first few are not compiled yet.
    const interrupted = looks < 10 || looks % 6 === 5;
    looks++;
    return time += interrupted ? 50 * ms : ms;
  };
}

Deno.test("a machine half as quick has twice the pace, whoever else uses it", () => {
  assert.equal(machinePace(clockOf(2 * 0.0535)).toFixed(2), "2.00");
  assert.equal(machinePace(clockOf(1.4 * 0.0535)).toFixed(2), "1.40");
});

Deno.test("a quick machine, and a coarse clock, count as the one that was measured on", () => {
  assert.equal(machinePace(clockOf(0.01)), 1);
  assert.equal(machinePace(() => 0), 1);
});

Deno.test("no machine is taken to be slower than two and a half times", () => {
  assert.equal(machinePace(clockOf(10)), 2.5);
});

Deno.test("this machine's pace is between the bounds", () => {
  const pace = machinePace();
  assert.ok(pace >= 1 && pace <= 2.5, `${pace}`);
});
