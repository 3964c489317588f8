// Proves how the pace of a machine is measured.
import assert from "node:assert/strict";
import { machinePace } from "../../shared/isolate/machine_pace.ts";

/** A clock on which most rounds take this many milliseconds. */
function clockOf(ms: number): () => number {
  let time = 0;
  let looks = 0;
  return () => {
    // Other processes interrupt some rounds, and the first few run before compilation.
    const interrupted = looks < 10 || looks % 6 === 5;
    looks++;
    return time += interrupted ? 50 * ms : ms;
  };
}

Deno.test("a machine at half the speed has twice the pace, whatever else uses it", () => {
  assert.equal(machinePace(clockOf(2 * 0.0535)).toFixed(2), "2.00");
  assert.equal(machinePace(clockOf(1.4 * 0.0535)).toFixed(2), "1.40");
});

Deno.test("a fast machine, and a coarse clock, count as the reference machine", () => {
  assert.equal(machinePace(clockOf(0.01)), 1);
  assert.equal(machinePace(() => 0), 1);
});

Deno.test("the pace is bounded by two and a half", () => {
  assert.equal(machinePace(clockOf(10)), 2.5);
});

Deno.test("this machine's pace is within the bounds", () => {
  const pace = machinePace();
  assert.ok(pace >= 1 && pace <= 2.5, `${pace}`);
});
