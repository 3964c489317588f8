// Proves the text that `deno task batch` shows: progress, durations and the table of failures.
import assert from "node:assert/strict";
import { failureTable } from "../../../dev/batch/failure_table.ts";
import { duration, progressLine, type Shown } from "../../../dev/batch/progress_line.ts";
import { Screen } from "../../../dev/batch/screen.ts";
import { ManualClock } from "../../helpers/manual_clock.ts";

const HALF: Shown = {
  what: "processed",
  ...{ done: 250, total: 500, failed: 3, perMinute: 24, leftMs: 10 * 60_000 },
};

Deno.test("a line of progress has a bar, the count, the share, failures, throughput and time left", () => {
  const figures = "250/500 processed  50 %  3 failed  24/min  10 min left";
  assert.equal(progressLine(HALF, 100), `[###############---------------]  ${figures}`);
  assert.equal(progressLine(HALF, 66), `[####----]  ${figures}`);
});

Deno.test("a line of progress omits the bar if space is short, and never exceeds the terminal's width", () => {
  for (let columns = 1; columns < 120; columns++) {
    assert.ok(progressLine(HALF, columns).length <= columns, String(columns));
  }
  assert.equal(progressLine(HALF, 20), "250/500 processed  5");
});

Deno.test("a line of progress shows 100 % only at the end, and then no time left", () => {
  const almost = progressLine({ ...HALF, done: 499, total: 500, failed: 0, leftMs: null }, 100);
  assert.ok(almost.endsWith("  499/500 processed  99 %  24/min  time left unknown"), almost);
  const done = progressLine({ ...HALF, done: 500, perMinute: 3.21, leftMs: 0 }, 100);
  assert.equal(done, `[${"#".repeat(30)}]  500/500 processed  100 %  3 failed  3.2/min`);
});

Deno.test("a scheduled batch shows its start", () => {
  const waiting = { ...HALF, done: 0, failed: 0, perMinute: 0, leftMs: null };
  const line = progressLine({ ...waiting, begins: "2026-01-31T22:00:00+00:00" }, 100);
  assert.ok(line.endsWith("0/500 processed  0 %  0.0/min  begins 2026-01-31T22:00Z"), line);
});

Deno.test("durations have at most two units", () => {
  const texts = [0, 400, 59_000, 59_001, 61_000, 3_599_000, 3_600_000, 8_000_000].map(duration);
  assert.deepEqual(texts, [
    "0 s",
    "1 s",
    "59 s",
    "1 min",
    "2 min",
    "1 h 0 min",
    "1 h 0 min",
    "2 h 14 min",
  ]);
});

/** A screen with its output. */
function screenOf(
  columns: number | null,
): { screen: Screen; clock: ManualClock; out: () => string } {
  let written = "";
  const clock = new ManualClock();
  const write = (text: string) => written += text;
  return {
    screen: new Screen({ write, columns: () => columns, now: clock.now }),
    clock,
    out: () => written,
  };
}

Deno.test("a terminal shows one line that is redrawn, with messages above it", () => {
  const { screen, out } = screenOf(40);
  screen.progress((columns) => `1 of 3 (${columns})`);
  screen.progress((columns) => `1 of 3 (${columns})`);
  screen.say("a.jpg failed");
  screen.progress(() => "2 of 3");
  screen.settle(() => "3 of 3");
  screen.say("all done");
  const first = "1 of 3 (39)";
  assert.equal(
    out(),
    `\r${first}\x1b[K\r\x1b[Ka.jpg failed\n${first}\r2 of 3\x1b[K\r3 of 3\x1b[K\nall done\n`,
  );
});

Deno.test("elsewhere a line is printed at intervals, and at the end", () => {
  const { screen, clock, out } = screenOf(null);
  for (let done = 0; done < 65; done++) {
    screen.progress(() => `${done} of 65`);
    clock.advance(1_000);
  }
  screen.say("a.jpg failed");
  screen.settle(() => "65 of 65");
  assert.equal(out(), "0 of 65\n30 of 65\n60 of 65\na.jpg failed\n65 of 65\n");
});

Deno.test("the table of failures has one aligned line per failure, for any file name", () => {
  const table = failureTable([
    { photo: "north/car 1.jpg", tries: 1, code: "invalid_image", message: "It is damaged." },
    { photo: "b\x1b[2J\n.png", tries: 5, code: "storage_failed", message: "Try again." },
  ]);
  assert.deepEqual(table.split("\n"), [
    "photo            tries  code            message",
    "north/car 1.jpg  1      invalid_image   It is damaged.",
    "b [2J .png       5      storage_failed  Try again.",
  ]);
});
