import { AppError } from "../errors.ts";
import { firstLine, log } from "../telemetry/log.ts";
import type { IsolateMetrics } from "../telemetry/metrics/isolate_metrics.ts";
import { metricsOf } from "../telemetry/metrics/metrics_of.ts";
import { PROMETHEUS_TYPE, prometheusText } from "../telemetry/metrics/prometheus.ts";
import type { RunStore, Statistics } from "../telemetry/metrics/run_store.ts";
import type { HttpContext } from "../http/context.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { PhotoDeps } from "../photo/photo_deps.ts";
import { prefersText } from "../http/prefers_text.ts";
import type { MetricsReply } from "./metrics_schema.ts";
import { TASK_MS } from "../isolate/cpu_costs.ts";

/** The dependencies of {@linkcode handleMetrics}. */
export interface MetricsDeps {
  process: Pick<PhotoDeps["process"], "admission">;
  /** Counts of this isolate's answers. */
  isolateMetrics: IsolateMetrics;
  /** Statistics of all of the project's isolates. */
  runStore: Pick<RunStore, "statistics">;
}

const FORMATS = ["json", "prometheus"] as const;

/** Headers that keep caches from storing an answer and from mixing up the two formats. */
const HEADERS = { "cache-control": "no-store", vary: "Accept" };

/**
 * Answers `GET /process-image/metrics`, as JSON or in Prometheus' text format.
 *
 * @returns The answer, or `invalid_request` for an unknown `format`.
 */
export async function handleMetrics(
  c: HttpContext,
  { isolateMetrics, runStore, process }: MetricsDeps,
): Promise<Result<Response>> {
  const requested = formatOf(c.req.raw);
  if (!requested.ok) return requested;
  const format = requested.value;
  process.admission.charge(TASK_MS.metrics);
  const project = await statisticsOf(runStore);
  if (format === "prometheus") {
    const headers = { ...HEADERS, "content-type": PROMETHEUS_TYPE };
    return ok(new Response(textOf(isolateMetrics, project), { headers }));
  }
  const { figures, startedAt } = isolateMetrics;
  const reply: MetricsReply = {
    ...figures.all,
    isolate: { started_at: startedAt.toISOString(), ...figures },
    project: project && { last_hour: project.lastHour, last_day: project.lastDay },
    database: project ? "ok" : "unavailable",
    request_id: c.var.requestId,
  };
  return ok(Response.json(reply, { headers: HEADERS }));
}

/** Returns the format of the query or, without one, of the `Accept` header. */
function formatOf(request: Request): Result<typeof FORMATS[number]> {
  const asked = new URL(request.url).searchParams.get("format");
  if (asked === null) {
    return ok(prefersText(request.headers.get("accept")) ? "prometheus" : "json");
  }
  const known = FORMATS.find((format) => format === asked);
  if (known) return ok(known);
  const expected = FORMATS.join(" or ");
  const message = `Expected ${expected} for format.`;
  const details = { field: "format", expected, received: asked.slice(0, 80) };
  return fail(new AppError("invalid_request", message, { details }));
}

/** Returns the project's statistics; `null` if the database cannot be read. */
async function statisticsOf(store: Pick<RunStore, "statistics">): Promise<Statistics | null> {
  try {
    return await store.statistics();
  } catch (error) {
    log("warn", "statistics_unavailable", { cause: firstLine(error) });
    return null;
  }
}

function textOf({ totals, startedAt }: IsolateMetrics, project: Statistics | null): string {
  return prometheusText([
    {
      name: "process_image_database_up",
      help: "Whether the sums of all isolates could be read from the database.",
      type: "gauge",
      samples: [{ labels: {}, value: project ? 1 : 0 }],
    },
    ...(project ? metricsOf("process_image", "all isolates", project.totals) : []),
    {
      name: "process_image_isolate_start_time_seconds",
      help: "Start of the isolate that answered, since the Unix epoch.",
      type: "gauge",
      samples: [{ labels: {}, value: startedAt.getTime() / 1000 }],
    },
    ...metricsOf("process_image_isolate", "the isolate that answered this", totals),
  ]);
}
