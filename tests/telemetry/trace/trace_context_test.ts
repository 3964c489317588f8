// Proves how trace headers are read and passed on.
import assert from "node:assert/strict";
import { traceHeaders, traceOf } from "../../../shared/telemetry/trace/trace_context.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";
const of = (traceparent?: string, tracestate?: string, sampleNew = false) =>
  traceOf(
    new Headers({ ...(traceparent && { traceparent }), ...(tracestate && { tracestate }) }),
    sampleNew,
  );

Deno.test("a valid traceparent is continued with a new span", () => {
  const trace = of(`00-${TRACE}-${PARENT}-01`);
  assert.equal(trace.traceId, TRACE);
  assert.equal(trace.parentSpanId, PARENT);
  assert.equal(trace.sampled, true);
  assert.match(trace.spanId, /^[0-9a-f]{16}$/);
  assert.notEqual(trace.spanId, PARENT);
  assert.deepEqual(traceHeaders(trace), { traceparent: `00-${TRACE}-${trace.spanId}-01` });
});

Deno.test("the caller decides on sampling, and the decision is passed on", () => {
  for (const [flags, sampled] of [["00", "00"], ["02", "00"], ["03", "01"], ["ff", "01"]]) {
    const { traceparent } = traceHeaders(of(`00-${TRACE}-${PARENT}-${flags}`, undefined, true));
    assert.equal(traceparent.slice(-2), sampled, flags);
  }
});

Deno.test("a later version with more fields is accepted, and continued in version 00", () => {
  for (const more of ["", "-", "-what-the-future-will-be-like"]) {
    const trace = of(`cc-${TRACE}-${PARENT}-01${more}`);
    assert.equal(trace.traceId, TRACE);
    assert.match(traceHeaders(trace).traceparent, /^00-/);
  }
});

for (
  const invalid of [
    `ff-${TRACE}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-01-more`,
    `00-${TRACE}-${PARENT}-01-`,
    `cc-${TRACE}-${PARENT}-01.more`,
    `00-${"0".repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${"0".repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    `00-${TRACE.slice(1)}-${PARENT}-01`,
    `00-${TRACE}0-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-1`,
    `00-${TRACE}-${PARENT}`,
    `00-${TRACE}-${PARENT}-0x`,
    `0-${TRACE}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-01, 00-${TRACE}-${PARENT}-01`,
    "nonsense",
  ]
) {
  Deno.test(`traceparent "${invalid}" starts a new trace, without its tracestate`, () => {
    const trace = of(invalid, "vendor=1", true);
    assert.match(trace.traceId, /^[0-9a-f]{32}$/);
    assert.notEqual(trace.traceId, TRACE);
    assert.deepEqual([trace.parentSpanId, trace.state, trace.sampled], [null, null, true]);
  });
}

Deno.test("a trace that starts here is sampled if a collector is configured", () => {
  assert.equal(of(undefined, undefined, true).sampled, true);
  assert.equal(of(undefined, undefined, false).sampled, false);
  assert.notEqual(of().traceId, of().traceId);
});

Deno.test("a valid tracestate is passed on, an invalid one is not", () => {
  const state = (tracestate: string) => of(`00-${TRACE}-${PARENT}-00`, tracestate).state;
  for (
    const [given, kept] of [
      ["rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"],
      ["a=1 ,\tb=2", "a=1,b=2"],
      ["a=1,,b=2", "a=1,b=2"],
      ["fw529a3039@dt=FfhA,a-_*/=x y", "fw529a3039@dt=FfhA,a-_*/=x y"],
      [Array.from({ length: 32 }, (_, i) => `k${i}=1`).join(","), undefined],
    ] as [string, string?][]
  ) assert.equal(state(given), kept ?? given);
  for (
    const invalid of [
      "a",
      "a=",
      "A=1",
      "=1",
      "a=1,a=2",
      "a=b=c",
      "a b=1",
      `a=${"x".repeat(257)}`,
      `${"a".repeat(257)}=1`,
      Array.from({ length: 33 }, (_, i) => `k${i}=1`).join(","),
    ]
  ) assert.equal(state(invalid), null, invalid);
  const { tracestate } = traceHeaders(of(`00-${TRACE}-${PARENT}-00`, "a=1"));
  assert.equal(tracestate, "a=1");
});
