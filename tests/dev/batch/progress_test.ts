// Proves the throughput and the remaining time that `deno task batch` computes.
import assert from "node:assert/strict";
import { Progress } from "../../../dev/batch/progress.ts";
import { ManualClock } from "../../helpers/manual_clock.ts";

/** A progress with a count after each 10 s, and its clock. */
function reportedEvery10Seconds(...done: number[]): { progress: Progress; clock: ManualClock } {
  const clock = new ManualClock();
  const progress = new Progress(clock.now);
  done.forEach((each, index) => {
    if (index > 0) clock.advance(10_000);
    progress.record(each);
  });
  return { progress, clock };
}

Deno.test("throughput covers the time since the start, then the last minute", () => {
  const young = reportedEvery10Seconds(100, 110, 120).progress;
  assert.equal(Math.round(young.perMinute()), 60);
  // 600 in the first minute, then one every ten seconds.
  const old = reportedEvery10Seconds(0, 100, 200, 300, 400, 500, 600, 601, 602, 603, 604, 605, 606);
  assert.equal(Math.round(old.progress.perMinute()), 6);
});

Deno.test("photos that were done before the first report do not count, and the speed is unknown", () => {
  const clock = new ManualClock();
  const progress = new Progress(clock.now);
  assert.equal(progress.perMinute(), 0);
  progress.record(400);
  clock.advance(5_000);
  assert.equal(progress.perMinute(), 0);
  assert.equal(progress.leftMs(100), null);
  assert.equal(progress.leftMs(0), 0);
});

Deno.test("the remaining time follows from the throughput", () => {
  const { progress } = reportedEvery10Seconds(0, 10, 20);
  assert.equal(Math.round(progress.leftMs(120)! / 1_000), 120);
});

Deno.test("the throughput falls while nothing finishes", () => {
  const { progress, clock } = reportedEvery10Seconds(0, 30);
  clock.advance(20_000);
  assert.equal(Math.round(progress.perMinute()), 60);
  clock.advance(60_000);
  assert.equal(progress.perMinute(), 0);
  assert.equal(progress.leftMs(5), null);
});

Deno.test("a retry of failed photos restarts the count", () => {
  const { progress, clock } = reportedEvery10Seconds(0, 50, 40);
  assert.equal(progress.perMinute(), 0);
  clock.advance(10_000);
  progress.record(50);
  assert.equal(Math.round(progress.perMinute()), 60);
});

Deno.test("shortly after the start no throughput is shown", () => {
  const clock = new ManualClock();
  const progress = new Progress(clock.now);
  progress.record(0);
  progress.record(1);
  assert.equal(progress.perMinute(), 60);
});
