// Proves that the CPU of work that reports its steps is distinguished from what other processes use between two of
// them.
import assert from "node:assert/strict";
import { StepClock } from "../../shared/isolate/step_clock.ts";

/** Steps of these lengths, in milliseconds; `interrupted` returns another process's time within a step. */
function count(stepsMs: number[], interrupted: (step: number) => number = () => 0): StepClock {
  const clock = new StepClock();
  let at = 1_000;
  clock.step(at);
  stepsMs.forEach((ms, step) => clock.step(at += ms + interrupted(step)));
  return clock;
}
const rows = (count: number, ms: number) => Array.from({ length: count }, () => ms);

Deno.test("uninterrupted steps count in full", () => {
  for (const ms of [0.05, 0.3, 5]) {
    const clock = count(rows(1_000, ms));
    assert.equal(Math.round(clock.usedMs), 1_000 * ms);
    assert.equal(Math.round(clock.wallMs), 1_000 * ms);
  }
});

Deno.test("a processor that is shared with another process doubles the wall time, not the CPU", () => {
  // Alternating time slices of 4 ms.
  const clock = count(rows(2_000, 0.1), (step) => step % 40 === 20 ? 4 : 0);
  assert.equal(Math.round(clock.wallMs), 400);
  assert.ok(clock.usedMs >= 200 && clock.usedMs <= 230, `${clock.usedMs}`);
});

Deno.test("steps that slow down count in full after a few of them", () => {
  const clock = count([...rows(100, 0.1), ...rows(100, 20)]);
  assert.ok(clock.usedMs >= 0.9 * 2_010 && clock.usedMs <= 2_010, `${clock.usedMs}`);
});

Deno.test("an interruption of the first step counts for little", () => {
  const clock = count(rows(1_000, 0.1), (step) => step === 0 ? 500 : 0);
  assert.ok(clock.usedMs >= 100 && clock.usedMs <= 112, `${clock.usedMs}`);
});

Deno.test("without steps nothing counts", () => {
  assert.deepEqual([new StepClock().usedMs, new StepClock().wallMs], [0, 0]);
  assert.deepEqual([count([]).usedMs, count([]).wallMs], [0, 0]);
});
