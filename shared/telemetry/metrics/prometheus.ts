/** The media type of the text format's version 0.0.4. */
export const PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Labels of a sample, by their names. */
export type Labels = Readonly<Record<string, string>>;

/** One value of a metric. */
export interface Sample {
  labels: Labels;
  value: number;
}

/** One histogram of a metric. */
export interface HistogramSample {
  labels: Labels;
  /** Upper bounds, in the metric's unit, in ascending order, and how many values are in each class: not added up. */
  classes: readonly { le: number; count: number }[];
  /** Values above the last bound. */
  above: number;
  /** Of all values. */
  sum: number;
}

/** A metric: its name ends with its unit, of a counter then with `_total`. */
export type Metric =
  & {
    name: string;
    /** The description, as a sentence. */
    help: string;
  }
  & (
    | { type: "counter" | "gauge"; samples: readonly Sample[] }
    | { type: "histogram"; samples: readonly HistogramSample[] }
  );

/**
 * Metrics as Prometheus reads them (text format 0.0.4).
 *
 * @param metrics Those without a sample are left out.
 */
export function prometheusText(metrics: readonly Metric[]): string {
  return metrics.filter(({ samples }) => samples.length > 0).map(block).join("");
}

function block(metric: Metric): string {
  const { name, help, type } = metric;
  const lines = [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`];
  if (metric.type === "histogram") lines.push(...metric.samples.flatMap((s) => histogram(name, s)));
  else lines.push(...metric.samples.map(({ labels, value }) => line(name, labels, value)));
  return lines.join("\n") + "\n";
}

function histogram(name: string, { labels, classes, above, sum }: HistogramSample): string[] {
  let count = 0;
  const buckets = [...classes, { le: Infinity, count: above }].map((one) => {
    count += one.count;
    return line(`${name}_bucket`, { ...labels, le: number(one.le) }, count);
  });
  return [...buckets, line(`${name}_sum`, labels, sum), line(`${name}_count`, labels, count)];
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${number(value)}`;
}

function number(value: number): string {
  return Math.abs(value) === Infinity ? (value > 0 ? "+Inf" : "-Inf") : String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
