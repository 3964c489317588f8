// Proves what is sent to a collector, and that a failing one costs little.
import assert from "node:assert/strict";
import { OtlpExporter } from "../../../shared/telemetry/trace/otlp_exporter.ts";
import { spansPayload } from "../../../shared/telemetry/trace/otlp_payload.ts";
import { traceOf } from "../../../shared/telemetry/trace/trace_context.ts";
import { ConsoleLines } from "../../helpers/console_lines.ts";
import { FakeFetch } from "../../helpers/fake_fetch.ts";

const SPAN = {
  requestId: "photo-1",
  trace: traceOf(new Headers(), true),
  method: "POST",
  path: "/process-image",
  status: 200,
  startedAt: new Date("2026-01-02T03:04:05.678Z"),
  durationMs: 12.25,
};
const OPTIONS = { endpoint: "http://collector", headers: { "x-key": "k" }, serviceName: "s" };

Deno.test("times are nanoseconds since 1970, exact to the last digit", () => {
  const [{ scopeSpans: [{ spans: [span] }] }] = spansPayload(SPAN, "s").resourceSpans as [
    { scopeSpans: [{ spans: [Record<string, string>] }] },
  ];
  assert.equal(span.startTimeUnixNano, "1767323045678000000");
  assert.equal(span.endTimeUnixNano, "1767323045690250000");
});

Deno.test("a step ends with its request at the latest, and a request has at most 50", () => {
  const spans = Array.from({ length: 80 }, () => ({ name: "s", startMs: 1, durationMs: 99 }));
  const steps = { startedAt: SPAN.startedAt, spans };
  const [{ scopeSpans: [{ spans: [server, ...stepSpans] }] }] = spansPayload(
    { ...SPAN, steps },
    "s",
  )
    .resourceSpans as [{ scopeSpans: [{ spans: Record<string, string>[] }] }];
  assert.equal(stepSpans.length, 50);
  for (const step of stepSpans) assert.equal(step.endTimeUnixNano, server.endTimeUnixNano);
});

Deno.test("a collector that hangs accumulates at most eight deliveries", async () => {
  const gate = Promise.withResolvers<void>();
  const answer = () => gate.promise.then(() => new Response("{}"));
  using collector = new FakeFetch(Array.from({ length: 20 }, () => answer));
  const exporter = new OtlpExporter(OPTIONS);
  const sent = Array.from({ length: 12 }, () => exporter.send(SPAN));
  assert.equal(collector.requests.length, 8);
  gate.resolve();
  await Promise.all(sent);
  await exporter.send(SPAN);
  assert.equal(collector.requests.length, 9);
});

Deno.test("a failing collector is logged once, and again after it has recovered", async () => {
  using logged = new ConsoleLines();
  const no = () => new Response("no", { status: 302, headers: { location: "http://elsewhere" } });
  using collector = new FakeFetch([no, no, () => new Response("{}"), no]);
  const exporter = new OtlpExporter(OPTIONS);
  for (const count of [1, 1, 1, 2, 2]) {
    await exporter.send(SPAN);
    assert.equal(logged.lines.length, count);
  }
  assert.equal(collector.requests[0].url, "http://collector/v1/traces");
  assert.equal(collector.requests[0].headers.get("x-key"), "k");
  assert.equal(collector.requests[0].redirect, "manual");
});
