import type { z } from "zod";
import type { metricsSchema } from "../shared/status/metrics_schema.ts";
import type { deepHealthSchema, healthSchema } from "../shared/http/schemas.ts";
import type { Notes } from "./notes.ts";

const REQUEST_ID = "The id of the request.";

/** What the fields of the answer of `health` are. */
export const HEALTH_NOTES: Notes<z.output<typeof healthSchema>> = {
  status: "Always `healthy`: it answers.",
  request_id: REQUEST_ID,
};

/** What the fields of the answer of `health?deep=1` are. */
export const DEEP_HEALTH_NOTES: Notes<z.output<typeof deepHealthSchema>> = {
  status: "`unhealthy` where a check fails that is needed.",
  checks: ["What the function depends on.", {
    name: "What was looked at: `image_engine`, `storage`, `database`, `api4ai`.",
    ok: "Whether it works.",
    ms: "How long the look took, in milliseconds.",
    needed: "Whether photos fail without it.",
    error: "What is wrong, as a sentence.",
  }],
  request_id: REQUEST_ID,
};

type Metrics = z.output<typeof metricsSchema>;
type Figures = Metrics["isolate"]["all"];

/** What the figures are. */
export const FIGURES_NOTES: Notes<Figures> = {
  requests: "Photo requests of callers who may call.",
  successes: "Those answered 200.",
  failures: "Those answered an error, the caller's own faults too.",
  failures_by_code: "How many failures were answered each error code.",
  api4ai_calls: "Requests for which API4.ai was asked.",
  cached_cutouts: "Requests whose cutout was there already.",
  total_processing_time: "Time of all requests together, in seconds.",
  success_rate: "0 to 1; `null` where there was no request.",
  avg_processing_time: "In seconds; `null` where there was no request.",
  p50: "Time that half of the requests took at most, in seconds; `null` where there was none.",
  p95: "Time that 95 % of the requests took at most, in seconds; `null` where there was none.",
};

const BY_SERVER = {
  all: ["What callers were answered: `new` and `legacy`.", "Figures"],
  new: ["Served by this function's own pipeline.", "Figures"],
  legacy: ["Served by the legacy service.", "Figures"],
  shadow: ["Processed for comparison only.", "Figures"],
} as const;

/** What the fields of the answer of `metrics` are; at its top stand the figures of the isolate's `all`. */
export const METRICS_NOTES: Notes<Metrics> = {
  ...FIGURES_NOTES,
  isolate: ["What the isolate that answers has seen since it began.", {
    started_at: "When it began, ISO 8601.",
    ...BY_SERVER,
  }],
  project: ["What all isolates have recorded; `null` where the database can not be asked.", {
    last_hour: ["Of the last hour.", BY_SERVER],
    last_day: ["Of the last 24 hours.", BY_SERVER],
  }],
  database: "Whether the database could be asked.",
  request_id: REQUEST_ID,
};
