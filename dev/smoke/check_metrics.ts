import { z } from "zod";
import { type SmokeClient, SmokeFailure } from "./client.ts";
import { readAnswer } from "./read_answer.ts";

const figures = z.object({ requests: z.int(), successes: z.int() });
const metrics = figures.extend({
  isolate: z.object({ started_at: z.string() }),
  project: z.object({
    last_hour: z.object({ all: figures }),
    last_day: z.object({ all: figures }),
  }).nullable(),
});

/** A snapshot of the metrics. */
export type Metrics = z.infer<typeof metrics>;

/** Bound on the reads, as runs are recorded after the answer. */
const MAX_READS = 10;
const READ_INTERVAL_MS = 1_000;

/**
 * Reads the metrics.
 *
 * @throws {SmokeFailure} If the deployment has no metrics.
 */
export async function readMetrics(client: SmokeClient): Promise<Metrics> {
  const headers = { ...client.credential, accept: "application/json" };
  const answer = await client.call("/metrics", { headers });
  if (answer.status === 404) throw new SmokeFailure("HTTP 404: this deployment has no metrics");
  return readAnswer(answer, 200, metrics);
}

/**
 * Waits until the metrics contain later successes.
 *
 * @param before The metrics before.
 * @throws {SmokeFailure} If they do not.
 */
export async function checkMetricsMoved(client: SmokeClient, before: Metrics): Promise<string> {
  let after = await readMetrics(client);
  for (let reads = 1; !moved(before, after); reads++) {
    if (reads === MAX_READS) {
      throw new SmokeFailure(`no more successes than before: ${describe(after)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, READ_INTERVAL_MS));
    after = await readMetrics(client);
  }
  return changes(before, after);
}

/**
 * Checks whether any figure has grown. One is enough, as other isolates may answer, and runs older than an hour or a day
 * leave the project's figures.
 */
function moved(before: Metrics, after: Metrics): boolean {
  const pairs = [
    before.isolate.started_at === after.isolate.started_at ? [before, after] : [],
    [before.project?.last_hour.all, after.project?.last_hour.all],
    [before.project?.last_day.all, after.project?.last_day.all],
  ];
  return pairs.some(([from, to]) =>
    from && to && to.successes > from.successes && to.requests > from.requests
  );
}

/** Says how the figures moved: those of the isolate that answered, and those of the project in the last day. */
function changes(before: Metrics, after: Metrics): string {
  const isolate = `isolate: ${share(before)} to ${share(after)} succeeded`;
  const [from, to] = [before.project?.last_day.all, after.project?.last_day.all];
  return from && to ? `${isolate}; project, last day: ${share(from)} to ${share(to)}` : isolate;
}

/** Describes the figures at one time. */
function describe(metrics: Metrics): string {
  const day = metrics.project?.last_day.all;
  const isolate = `isolate: ${share(metrics)} succeeded`;
  return day ? `${isolate}; project, last day: ${share(day)}` : isolate;
}

function share({ requests, successes }: { requests: number; successes: number }): string {
  return `${successes} of ${requests}`;
}
