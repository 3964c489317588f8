import assert from "node:assert/strict";
import { Progress } from "../../../dev/batch/progress.ts";
import { ManualClock } from "../../helpers/manual_clock.ts";

/** A progress that was told how much is done after each 10 s, and its clock. */
function toldEvery10Seconds(...done: number[]): { progress: Progress; clock: ManualClock } {
  const clock = new ManualClock();
  const progress = new Progress(clock.now);
  done.forEach((each, index) => {
    if (index > 0) clock.advance(10_000);
    progress.record(each);
  });
  return { progress, clock };
}

Deno.test("throughput is that of the time since the beginning, then that of the last minute", () => {
  const young = toldEvery10Seconds(100, 110, 120).progress;
  assert.equal(Math.round(young.perMinute()), 60);
  // 600 within the first minute, then one in ten seconds.
  const old = toldEvery10Seconds(0, 100, 200, 300, 400, 500, 600, 601, 602, 603, 604, 605, 606);
  assert.equal(Math.round(old.progress.perMinute()), 6);
});

Deno.test("what was done before it was first told is no throughput, and nothing is unknown speed", () => {
  const clock = new ManualClock();
  const progress = new Progress(clock.now);
  assert.equal(progress.perMinute(), 0);
  progress.record(400);
  clock.advance(5_000);
  assert.equal(progress.perMinute(), 0);
  assert.equal(progress.leftMs(100), null);
  assert.equal(progress.leftMs(0), 0);
});

Deno.test("the time left follows from the throughput", () => {
  const { progress } = toldEvery10Seconds(0, 10, 20);
  assert.equal(Math.round(progress.leftMs(120)! / 1_000), 120);
});

Deno.test("the throughput fades while nothing more gets done", () => {
  const { progress, clock } = toldEvery10Seconds(0, 30);
  clock.advance(20_000);
  assert.equal(Math.round(progress.perMinute()), 60);
  clock.advance(60_000);
  assert.equal(progress.perMinute(), 0);
  assert.equal(progress.leftMs(5), null);
});

Deno.test("photos that are tried again begin the count anew", () => {
  const { progress, clock } = toldEvery10Seconds(0, 50, 40);
  assert.equal(progress.perMinute(), 0);
  clock.advance(10_000);
  progress.record(50);
  assert.equal(Math.round(progress.perMinute()), 60);
});

Deno.test("a moment after the beginning no wild throughput is told", () => {
  const clock = new ManualClock();
  const progress = new Progress(clock.now);
  progress.record(0);
  progress.record(1);
  assert.equal(progress.perMinute(), 60);
});
