// Proves that the metrics follow Prometheus' text format.
import assert from "node:assert/strict";
import { IsolateMetrics } from "../../../shared/telemetry/metrics/isolate_metrics.ts";
import { metricsOf } from "../../../shared/telemetry/metrics/metrics_of.ts";
import { type Metric, prometheusText } from "../../../shared/telemetry/metrics/prometheus.ts";
import { runOf } from "../../helpers/run_of.ts";
import { parseExposition } from "./exposition.ts";

Deno.test("prometheusText() writes HELP, TYPE and samples with escapes", () => {
  const text = prometheusText([
    {
      name: "a_total",
      help: 'back\\slash, "quotes"\nand a line feed',
      type: "counter",
      samples: [{ labels: { one: 'a"b\\c\nd', two: "x" }, value: 1e21 }],
    },
    { name: "b", help: "B.", type: "gauge", samples: [{ labels: {}, value: -0.25 }] },
    { name: "nothing", help: "Left out.", type: "gauge", samples: [] },
    {
      name: "c_seconds",
      help: "C.",
      type: "histogram",
      samples: [{
        labels: { x: "y" },
        classes: [{ le: 0.5, count: 2 }, { le: 1, count: 3 }],
        above: 1,
        sum: 4.5,
      }],
    },
  ]);
  assert.equal(
    text,
    String.raw`# HELP a_total back\\slash, "quotes"\nand a line feed
# TYPE a_total counter
a_total{one="a\"b\\c\nd",two="x"} 1e+21
# HELP b B.
# TYPE b gauge
b -0.25
# HELP c_seconds C.
# TYPE c_seconds histogram
c_seconds_bucket{x="y",le="0.5"} 2
c_seconds_bucket{x="y",le="1"} 5
c_seconds_bucket{x="y",le="+Inf"} 6
c_seconds_sum{x="y"} 4.5
c_seconds_count{x="y"} 6
`,
  );
  const parsed = parseExposition(text);
  assert.deepEqual(parsed.get("a_total")!.samples[0].labels, { one: 'a"b\\c\nd', two: "x" });
});

/** Texts that break one rule each, and the rule. */
const WRONG: [text: string, rule: RegExp][] = [
  ["# HELP a A.\n# TYPE a gauge\na 1", /last line/],
  ["# TYPE a gauge\na 1\n", /HELP comes before TYPE/],
  ["a 1\n", /follows its TYPE/],
  ["# HELP a A.\n# TYPE a gauge\nb 1\n", /its metric's name/],
  ["# HELP a A.\n# TYPE a gauge\na 1\na 2\n", /there once/],
  ['# HELP a A.\n# TYPE a gauge\na{b="1",b="2"} 1\n', /label is there once/],
  ['# HELP a A.\n# TYPE a gauge\na{b="1"2"} 1\n', /escaped/],
  ["# HELP a A.\n# TYPE a gauge\na 1 2 3\n", /a HELP, a TYPE or a sample/],
  ["# HELP a A.\n# TYPE a gauge\na one\n", /a number/],
  ["# HELP a A.\n# TYPE a counter\na 1\n", /_total/],
  ["# HELP a_total A.\n# TYPE a_total gauge\na_total 1\n", /_total/],
  ["# HELP a_ms A.\n# TYPE a_ms gauge\na_ms 1\n", /base units/],
  ["# HELP seconds_of_a A.\n# TYPE seconds_of_a gauge\nseconds_of_a 1\n", /at the end/],
  ["# HELP a_total A.\n# TYPE a_total counter\na_total -1\n", /not negative/],
  ['# HELP a A.\n# TYPE a histogram\na_bucket{le="1"} 1\na_sum 1\na_count 1\n', /to \+Inf/],
  ['# HELP a A.\n# TYPE a histogram\na_bucket{le="+Inf"} 1\na_sum 1\n', /sum and a count/],
  ['# HELP a A.\n# TYPE a histogram\na_bucket{le="+Inf"} 1\na_sum 1\na_count 2\n', /added up/],
];

for (const [text, rule] of WRONG) {
  Deno.test(`parseExposition() refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseExposition(text), rule);
  });
}

Deno.test("the metrics of runs follow Prometheus' rules, and add up", () => {
  const isolate = new IsolateMetrics();
  for (const totalMs of [100, 100.1, 900, 2_000, 400_000]) isolate.observe(runOf({ totalMs }));
  isolate.observe(runOf({ totalMs: 50, errorCode: "invalid_image", bytesOut: 0 }));
  isolate.observe(runOf({ totalMs: 50, errorCode: "invalid_image", servedBy: "legacy" }));
  isolate.observe(runOf({ isShadow: true }));
  const parsed = parseExposition(prometheusText(metricsOf("a", "a test", isolate.totals)));
  const value = (name: string, labels: Record<string, string>) =>
    parsed.get(name.replace(/_(bucket|sum|count)$/, ""))!.samples.find((sample) =>
      sample.name === name &&
      Object.entries(labels).every(([label, text]) => sample.labels[label] === text)
    )?.value;
  const own = { served_by: "new" };
  assert.equal(value("a_requests_total", own), 6);
  assert.equal(value("a_successes_total", own), 5);
  assert.equal(value("a_failures_total", { ...own, code: "invalid_image" }), 1);
  assert.equal(value("a_requests_total", { served_by: "shadow" }), 1);
  assert.equal(value("a_requests_total", { served_by: "legacy" }), 1);
  assert.equal(value("a_received_bytes_total", own), 12_000_000);
  assert.equal(value("a_cpu_seconds_total", own)!.toFixed(6), "1.800000");
  for (
    const [le, count] of [["0.1", 2], ["0.25", 3], ["1", 4], ["2", 5], ["150", 5], ["+Inf", 6]]
  ) {
    const labels = { ...own, le: String(le) };
    assert.equal(value("a_duration_seconds_bucket", labels), count, String(le));
  }
  assert.equal(value("a_duration_seconds_sum", own)!.toFixed(4), "403.1501");
});

Deno.test("a duration from an old bucket counts in the next higher of today's buckets", () => {
  const isolate = new IsolateMetrics();
  isolate.observe(runOf());
  const metrics: Metric[] = metricsOf("a", "a test", [{ ...isolate.totals[0], le: 0.8 }]);
  const { samples } = parseExposition(prometheusText(metrics)).get("a_duration_seconds")!;
  const counts = samples.filter(({ labels }) => labels.served_by === "new" && "le" in labels)
    .map(({ labels, value }) => [labels.le, value]);
  assert.deepEqual(counts.slice(3, 5), [["0.75", 0], ["1", 1]]);
});
