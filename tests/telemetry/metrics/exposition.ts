/** A sample in the text. */
export interface ParsedSample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** A metric in the text. */
export interface ParsedMetric {
  help: string;
  type: string;
  samples: ParsedSample[];
}

const NAME = /^[a-z_:][a-z0-9_:]*$/;
const SAMPLE = /^([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /^([a-z_][a-z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(?:,(?=.)|$)/;
const VALUE = /^([+-]Inf|NaN|-?\d+(\.\d+)?(e[+-]?\d+)?)$/;
const BASE_UNITS = ["seconds", "bytes", "ratio"];
/** Units that promtool wants replaced by their base unit. */
const OTHER_UNITS =
  /_(ms|milliseconds|us|microseconds|minutes|hours|days|kilobytes|kb|megabytes|mb|percent)(_|$)/;

/**
 * Parses Prometheus' text format 0.0.4, as strictly as its description and the rules of `promtool check metrics`.
 *
 * @throws {Error} At the first line that breaks a rule; it names both.
 */
export function parseExposition(text: string): Map<string, ParsedMetric> {
  const metrics = new Map<string, ParsedMetric>();
  const seen = new Set<string>();
  let current = "";
  let help: string | undefined;
  expect(text.endsWith("\n"), "the last line ends with a line feed", "");
  for (const line of text.slice(0, -1).split("\n")) {
    const [, kind, name, rest] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === "HELP") {
      expect(
        NAME.test(name) && !metrics.has(name),
        "a metric is described once, in one place",
        line,
      );
      expect(
        rest.length > 0 && /^([^\\]|\\[\\n])*$/.test(rest),
        "a help is there, and escaped",
        line,
      );
      current = name;
      help = rest;
    } else if (kind === "TYPE") {
      expect(
        name === current && help !== undefined,
        "HELP comes before TYPE, of the same metric",
        line,
      );
      expect(/^(counter|gauge|histogram)$/.test(rest), "a type is known", line);
      metrics.set(name, { help: help!, type: rest, samples: [] });
      help = undefined;
    } else {
      const sample = parseSample(line);
      const metric = metrics.get(current);
      expect(metric !== undefined && help === undefined, "a sample follows its TYPE", line);
      const suffix = sample.name.slice(current.length);
      const suffixes = metric.type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
      const belongs = sample.name.startsWith(current) && suffixes.includes(suffix);
      expect(belongs, "a sample has its metric's name", line);
      const identity = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
      expect(!seen.has(identity), "a sample is there once", line);
      seen.add(identity);
      metric.samples.push(sample);
    }
  }
  for (const [name, metric] of metrics) lint(name, metric);
  return metrics;
}

function parseSample(line: string): ParsedSample {
  const match = SAMPLE.exec(line);
  expect(match !== null, "a line is a HELP, a TYPE or a sample", line);
  const [, name, inner = "", value] = match;
  expect(VALUE.test(value), "a value is a number", line);
  const labels: Record<string, string> = {};
  for (let left = inner; left !== "";) {
    const label = LABEL.exec(left);
    expect(label !== null, "labels are well-formed and escaped", line);
    expect(!Object.hasOwn(labels, label[1]), "a label is there once", line);
    labels[label[1]] = label[2].replace(/\\(.)/g, (_, c) => c === "n" ? "\n" : c);
    left = left.slice(label[0].length);
  }
  return { name, labels, value: value.endsWith("Inf") ? parseInf(value) : Number(value) };
}

function parseInf(value: string): number {
  return value.startsWith("-") ? -Infinity : Infinity;
}

/** Returns promtool's complaints beyond parse errors. */
function lint(name: string, { type, samples }: ParsedMetric): void {
  const isCounter = type === "counter";
  expect(isCounter === name.endsWith("_total"), "counters, and only they, end with _total", name);
  expect(
    !/_(counter|gauge|histogram|sum|count|bucket|info)$/.test(name),
    "no type in a name",
    name,
  );
  expect(!OTHER_UNITS.test(name), "units are base units", name);
  const unit = BASE_UNITS.find((one) => name.split("_").includes(one));
  const bare = name.replace(/_total$/, "");
  expect(!unit || bare.endsWith(`_${unit}`), "a unit stands at the end", name);
  expect(samples.length > 0, "a metric has samples", name);
  for (const { value, labels } of samples) {
    expect(!isCounter || (value >= 0 && value < Infinity), "a counter is not negative", name);
    expect(type === "histogram" || !("le" in labels), "le is of histograms only", name);
  }
  if (type === "histogram") lintHistogram(name, samples);
}

function lintHistogram(name: string, samples: ParsedSample[]): void {
  const groups = Map.groupBy(samples, ({ labels: { le: _, ...labels } }) => JSON.stringify(labels));
  for (const group of groups.values()) {
    const of = (suffix: string) => group.filter((one) => one.name === `${name}${suffix}`);
    const [buckets, sums, counts] = [of("_bucket"), of("_sum"), of("_count")];
    expect(sums.length === 1 && counts.length === 1, "a histogram has a sum and a count", name);
    const bounds = buckets.map(({ labels }) => labels.le === "+Inf" ? Infinity : Number(labels.le));
    const isAscending = bounds.every((bound, i) => i === 0 || bound > bounds[i - 1]);
    expect(isAscending && bounds.at(-1) === Infinity, "buckets ascend, to +Inf", name);
    const isAddedUp = buckets.every(({ value }, i) => i === 0 || value >= buckets[i - 1].value);
    expect(isAddedUp && buckets.at(-1)!.value === counts[0].value, "buckets are added up", name);
    expect(counts[0].value > 0 || sums[0].value === 0, "a sum of nothing is 0", name);
  }
}

function expect(isSo: boolean, rule: string, where: string): asserts isSo {
  if (!isSo) throw new Error(`not Prometheus' text: ${rule}: ${where}`);
}
