import { z } from "zod";

// The function imports the types only, so that these schemas cost nothing at boot.

const count = z.int().nonnegative();
const seconds = z.number().nonnegative();
const figures = {
  requests: count.describe("Authorized photo requests."),
  successes: count.describe("Requests with status 200."),
  failures: count.describe("Requests with an error, the caller's own faults included."),
  failures_by_code: z.record(z.string(), count).describe("Number of failures by error code."),
  api4ai_calls: count.describe(
    "Requests that called API4.ai, or the service at `API4AI_URL` in its place.",
  ),
  cached_cutouts: count.describe(
    "Requests whose cutout came from the cache, or from a call of another request at the same time.",
  ),
  own_alpha_cutouts: count.describe(
    "Requests for a photo that came as a cutout: its own alpha was used.",
  ),
  total_processing_time: seconds.describe("Time of all requests together, in seconds."),
  success_rate: z.number().min(0).max(1).nullable()
    .describe("Share of successes, 0 to 1; `null` without requests."),
  avg_processing_time: seconds.nullable()
    .describe("Average time in seconds; `null` without requests."),
  p50: seconds.nullable().describe("Median time in seconds; `null` without requests."),
  p95: seconds.nullable().describe("95th percentile of time in seconds; `null` without requests."),
};

/** The figures of some photo requests. */
export const figuresSchema = z.strictObject(figures).describe("Figures of photo requests.");

const byServer = {
  all: figuresSchema.describe("Answers to callers: `new` and `legacy`."),
  new: figuresSchema.describe("Answers from the function's own pipeline."),
  legacy: figuresSchema.describe("Answers from the legacy service."),
  shadow: figuresSchema.describe("Photos that were processed for comparison only."),
};

/** The body of `metrics` as JSON. */
export const metricsSchema = z.strictObject({
  ...figures,
  isolate: z.strictObject({
    started_at: z.iso.datetime().describe("Start of the isolate, ISO 8601."),
    ...byServer,
  }).describe("Figures of the isolate that answers, since its start."),
  project: z.strictObject({
    last_hour: z.strictObject(byServer).describe("The last hour."),
    last_day: z.strictObject(byServer).describe("The last 24 hours."),
  }).nullable().describe("Figures of all isolates; `null` if the database is unavailable."),
  database: z.enum(["ok", "unavailable"]).describe("State of the database."),
  request_id: z.string().describe("Id of the request."),
}).describe("Figures of photo requests. Those at the top are the ones of `isolate.all`.");

/** The body of `metrics` as JSON. */
export type MetricsReply = z.infer<typeof metricsSchema>;
