// Proves the form of log lines, and the bound on their number.
import assert from "node:assert/strict";
import { LineBudget, type LogLevel } from "../../shared/telemetry/line_budget.ts";
import { log, logLine } from "../../shared/telemetry/log.ts";
import { inRequest } from "../../shared/telemetry/trace/current_request.ts";
import { traceOf } from "../../shared/telemetry/trace/trace_context.ts";
import { ConsoleLines } from "../helpers/console_lines.ts";

const LONGEST = 10_000;

Deno.test("log() writes one line of JSON per event, with the ids of its request", async () => {
  using logged = new ConsoleLines();
  const trace = traceOf(new Headers(), false);
  log("info", "outside", { count: 1, left_out: undefined });
  await inRequest({ requestId: "photo-1", trace }, async () => {
    await new Promise((resolve) => setTimeout(resolve));
    log("error", "inside", { text: "two\nlines" });
  });
  assert.deepEqual(logged.events, [
    { level: "info", event: "outside", count: 1 },
    {
      level: "error",
      event: "inside",
      request_id: "photo-1",
      trace_id: trace.traceId,
      text: "two\nlines",
    },
  ]);
  assert.ok(logged.lines.every((line) => !line.includes("\n")));
});

Deno.test("simultaneous requests keep their own ids", async () => {
  using logged = new ConsoleLines();
  const gate = Promise.withResolvers<void>();
  const requests = ["a", "b", "c"].map((requestId) =>
    inRequest({ requestId, trace: traceOf(new Headers(), false) }, async () => {
      await gate.promise;
      log("info", requestId);
    })
  );
  gate.resolve();
  await Promise.all(requests);
  assert.deepEqual(logged.events.map(({ event, request_id }) => event === request_id), [
    true,
    true,
    true,
  ]);
});

Deno.test("an oversized line keeps its short fields, and is marked as truncated", () => {
  const long = "x".repeat(50_000);
  const cases: Record<string, unknown>[] = [
    { code: "a", cause: long },
    { code: "a", cause: '"\n\u0000😀'.repeat(20_000) },
    { code: "a", list: Array(30_000).fill(1) },
    { code: "a", deep: { deeper: { text: long } } },
    { code: "a", ...Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`f${i}`, long])) },
  ];
  for (const fields of cases) {
    const line = logLine("warn", "long", fields);
    assert.ok(line.length <= LONGEST, `${line.length}`);
    const { event, code, truncated } = JSON.parse(line);
    assert.deepEqual([event, code, truncated], ["long", "a", true]);
  }
  const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`field_${i}`, i]));
  assert.deepEqual(JSON.parse(logLine("warn", "many", many)), {
    level: "warn",
    event: "many",
    truncated: true,
  });
});

Deno.test("a line of exactly the maximum length is complete", () => {
  const room = LONGEST - logLine("info", "e", { text: "" }).length;
  const whole = logLine("info", "e", { text: "x".repeat(room) });
  assert.equal(whole.length, LONGEST);
  assert.ok(!whole.includes("truncated"));
  assert.ok(logLine("info", "e", { text: "x".repeat(room + 1) }).includes('"truncated":true'));
});

Deno.test("values that JSON cannot represent do not fail", () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const line = JSON.parse(logLine("info", "odd", { circle, big: 1n, code: "a" }));
  assert.deepEqual(line, {
    level: "info",
    event: "odd",
    circle: "[object Object]",
    big: "1",
    code: "a",
    truncated: true,
  });
});

/** A budget and its clock. */
class Bench {
  nowMs = 0;
  readonly budget = new LineBudget(() => this.nowMs);

  /** Counts how many of these lines pass. */
  take(level: LogLevel, count: number): number {
    return Array.from({ length: count }, () => this.budget.take(level)).filter(Boolean).length;
  }
}

Deno.test("above the budget info is dropped first, errors last, with room for a final line", () => {
  const bench = new Bench();
  assert.equal(bench.take("info", 200), 90);
  assert.equal(bench.take("warn", 200), 5);
  assert.equal(bench.take("error", 200), 4);
});

Deno.test("dropped lines are reported once, after the window", () => {
  const bench = new Bench();
  bench.take("info", 100);
  bench.take("error", 12);
  assert.equal(bench.budget.takeDropped(), undefined);
  bench.nowMs = 9_999;
  assert.equal(bench.budget.takeDropped(), undefined);
  bench.nowMs = 10_000;
  assert.deepEqual(bench.budget.takeDropped(), { info: 10, error: 3 });
  assert.equal(bench.budget.takeDropped(), undefined);
  assert.equal(bench.take("info", 200), 89);
});

Deno.test("at most 100 lines are written in any 10 s, however they arrive", () => {
  const bench = new Bench();
  const times: number[] = [];
  for (let i = 0; i < 3_000; i++) {
    bench.nowMs += (i * 7_919) % 61;
    if (bench.budget.takeDropped()) times.push(bench.nowMs);
    const level = (["info", "warn", "error"] as const)[i % 3];
    if (bench.budget.take(level)) times.push(bench.nowMs);
    const inWindow = times.filter((time) => bench.nowMs - time < 10_000).length;
    assert.ok(inWindow <= 100, `${inWindow} at ${bench.nowMs}`);
  }
  assert.ok(times.length > 500);
});

// The last test, as it uses up the log's budget.
Deno.test("a flood of lines is cut off, and important lines still pass", () => {
  using logged = new ConsoleLines();
  for (let i = 0; i < 200; i++) log("info", "flood");
  log("error", "after");
  assert.ok(logged.lines.length > 50 && logged.lines.length <= 91);
  assert.equal(logged.events.at(-1)!.event, "after");
});
