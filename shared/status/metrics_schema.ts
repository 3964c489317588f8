import { z } from "zod";

// Apart from schemas.ts, of which the function loads all: of this it needs the type only, and 2 ms at its start less.

const count = z.int().nonnegative();
const seconds = z.number().nonnegative();
const figures = {
  requests: count,
  successes: count,
  failures: count,
  /** How many failures were answered each error code. */
  failures_by_code: z.record(z.string(), count),
  /** Requests for which API4.ai was asked. */
  api4ai_calls: count,
  /** Requests whose cutout was there already: kept of an earlier call, or another's of the same moment. */
  cached_cutouts: count,
  /** Of all requests together, in seconds. */
  total_processing_time: seconds,
  /** 0 to 1; `null` where there was no request, as for those that follow. */
  success_rate: z.number().min(0).max(1).nullable(),
  /** In seconds, as the percentiles are. */
  avg_processing_time: seconds.nullable(),
  p50: seconds.nullable(),
  p95: seconds.nullable(),
};
const oneFigures = z.strictObject(figures);
const byServer = { all: oneFigures, new: oneFigures, legacy: oneFigures, shadow: oneFigures };

/** The answer of `metrics` as JSON: at the top, the figures of the isolate's `all`. */
export const metricsSchema = z.strictObject({
  ...figures,
  /** What the isolate that answers has seen, since it began. */
  isolate: z.strictObject({ started_at: z.iso.datetime(), ...byServer }),
  /** What all isolates have recorded; `null` where the database can not be asked. */
  project: z.strictObject({
    last_hour: z.strictObject(byServer),
    last_day: z.strictObject(byServer),
  }).nullable(),
  database: z.enum(["ok", "unavailable"]),
  request_id: z.string(),
});

/** The body of the answer of `metrics`. */
export type MetricsReply = z.infer<typeof metricsSchema>;
