import { SERVERS } from "./figures.ts";
import type { HistogramSample, Labels, Metric, Sample } from "./prometheus.ts";
import { BOUNDS_SECONDS, type Total } from "./total.ts";

type Amount = Exclude<keyof Total, "served_by" | "error_code" | "le" | "seconds">;

/**
 * Builds Prometheus metrics from sums.
 *
 * @param prefix The beginning of their names.
 * @param whose The owner of the sums, for the help text: "all isolates", ...
 * @param totals The sums.
 */
export function metricsOf(prefix: string, whose: string, totals: readonly Total[]): Metric[] {
  const successes = totals.filter(({ error_code }) => error_code === null);
  const failures = totals.filter(({ error_code }) => error_code !== null);
  const counter = (name: string, help: string, samples: Sample[]): Metric => ({
    name: `${prefix}_${name}_total`,
    help: `${help}, by ${whose}.`,
    type: "counter",
    samples,
  });
  const sums = (amount: Amount, runs = totals) => byServer(runs, amount);
  return [
    counter("requests", "Photo requests of authorized callers", sums("requests")),
    counter("successes", "Successful photo requests", sums("requests", successes)),
    counter("failures", "Failed photo requests", byCode(failures)),
    counter(
      "api4ai_calls",
      "Photo requests that called API4.ai or the service in its place",
      sums("api4ai_calls"),
    ),
    counter(
      "cached_cutouts",
      "Photo requests that used a cached cutout",
      sums("cached_cutouts"),
    ),
    counter(
      "own_alpha_cutouts",
      "Photo requests for a photo that came as a cutout",
      sums("own_alpha_cutouts"),
    ),
    counter("cpu_seconds", "Estimated CPU of photos", sums("cpu_seconds")),
    counter("received_bytes", "Size of the received photos", sums("bytes_in")),
    counter("sent_bytes", "Size of the rendered variants", sums("bytes_out")),
    {
      name: `${prefix}_duration_seconds`,
      help: `Time from a photo request to its answer, by ${whose}.`,
      type: "histogram",
      samples: SERVERS.map((server) => histogramOf(server, totals)),
    },
  ];
}

function byServer(totals: readonly Total[], amount: Amount): Sample[] {
  // Every group from the start: a series that appears with its first event shows no increase for it.
  return SERVERS.map((server) => ({
    labels: { served_by: server },
    value: sum(totals.filter(({ served_by }) => served_by === server), amount),
  }));
}

function byCode(failures: readonly Total[]): Sample[] {
  const samples = new Map<string, { labels: Labels; value: number }>();
  for (const { served_by, error_code, requests } of failures) {
    const labels = { served_by, code: error_code! };
    const key = JSON.stringify(labels);
    samples.set(key, { labels, value: (samples.get(key)?.value ?? 0) + requests });
  }
  return [...samples.values()];
}

function histogramOf(server: string, totals: readonly Total[]): HistogramSample {
  const own = totals.filter(({ served_by }) => served_by === server);
  // A class that is not among today's bounds, of an older version's, counts in the next above it.
  const classOf = ({ le }: Total) => BOUNDS_SECONDS.find((bound) => le !== null && le <= bound);
  const inClass = (bound: number | undefined) =>
    sum(own.filter((total) => classOf(total) === bound), "requests");
  return {
    labels: { served_by: server },
    classes: BOUNDS_SECONDS.map((le) => ({ le, count: inClass(le) })),
    above: inClass(undefined),
    sum: sum(own, "seconds"),
  };
}

function sum(totals: readonly Total[], amount: Amount | "seconds"): number {
  return totals.reduce((all, total) => all + total[amount], 0);
}
