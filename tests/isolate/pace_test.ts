// Proves how measurements of jobs change the pace of a machine, and what the account adds for work at an earlier guess.
import assert from "node:assert/strict";
import { Admission } from "../../shared/isolate/admission.ts";
import { Pace } from "../../shared/isolate/pace.ts";
import { BUDGET_MS } from "../helpers/fake_isolate.ts";
import { ManualClock } from "../helpers/manual_clock.ts";

Deno.test("the first measurement replaces the guess, and each later one counts as much as all before it", () => {
  const pace = new Pace(2.5);
  pace.correct(2);
  assert.equal(pace.value, 2);
  pace.correct(3);
  assert.equal(pace.value, 2.5);
  pace.correct(1.5);
  assert.equal(pace.value, 2);
});

Deno.test("work that takes up to 1.3 times its usual time shows a harder photo, not a slower machine", () => {
  const pace = new Pace(1);
  pace.correct(1.3);
  assert.equal(pace.value, 1);
  pace.correct(1.4);
  assert.ok(pace.value > 1);
});

Deno.test("a pace that falls and rises again is a growth only beyond its highest value", () => {
  const pace = new Pace(1);
  assert.equal(pace.correct(3), 2);
  assert.equal(pace.correct(1), 0);
  assert.equal(pace.correct(3), 0);
  assert.equal(pace.correct(5), 0.75);
});

Deno.test("when the first job shows that the machine is slower than the guess, the small work before it counts at that pace too", async () => {
  const clock = new ManualClock();
  const admission = new Admission({ budgetMs: BUDGET_MS, usedMs: 60, now: clock.now });
  admission.charge(40);
  const slot = (await admission.enter(() => ({ prepareMs: 20, finishMs: 20 })))!;
  /** Ten steps that usually take 20 ms in all. */
  const decode = (slowness: number) => {
    slot.step();
    for (let step = 0; step < 10; step++) {
      clock.advance(2 * slowness);
      slot.step();
    }
    slot.measured(20);
  };
  assert.equal(admission.usedMs, 100);
  decode(3);
  assert.equal(Math.round(admission.usedMs), 300);
  admission.charge(10);
  assert.equal(Math.round(admission.usedMs), 330);
  decode(5);
  assert.equal(Math.round(admission.usedMs), 430, "work after the measurement counts once");
  slot.end();
});

Deno.test("each part of a job that revises its estimate counts in full, up to 1.3 times the estimate", async () => {
  const clock = new ManualClock();
  const admission = new Admission({ budgetMs: BUDGET_MS, now: clock.now });
  const slot = (await admission.enter(() => ({ prepareMs: 100, finishMs: 0 })))!;
  // Steps that show that other processes take most of the time.
  slot.step();
  for (const ms of [1, 1, 1, 1, 60]) {
    clock.advance(ms);
    slot.step();
  }
  slot.revise({ prepareMs: 100, finishMs: 0 });
  const before = admission.usedMs;
  for (let part = 0; part < 5; part++) {
    clock.advance(120);
    slot.revise({ prepareMs: 100, finishMs: 0 });
  }
  assert.equal(Math.round(admission.usedMs - before), 5 * 120);
  clock.advance(200);
  slot.revise({ prepareMs: 100, finishMs: 0 });
  assert.equal(Math.round(admission.usedMs - before), 5 * 120 + 130);
  slot.end();
});
