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

/** The metrics at a moment. */
export type Metrics = z.infer<typeof metrics>;

/** Runs are recorded after the answer: how often is looked, and how far apart, in milliseconds. */
const LOOKS = 10;
const LOOK_EVERY_MS = 1_000;

/**
 * Reads the metrics.
 *
 * @throws {SmokeFailure} If they are not there.
 */
export async function readMetrics(client: SmokeClient): Promise<Metrics> {
  const headers = { ...client.credential, accept: "application/json" };
  const answer = await client.call("/metrics", { headers });
  if (answer.status === 404) throw new SmokeFailure("HTTP 404: this deployment has no metrics");
  return readAnswer(answer, 200, metrics);
}

/**
 * Waits until the metrics tell of photos that were processed since.
 *
 * @param before What they told before.
 * @throws {SmokeFailure} If they do not.
 */
export async function checkMetricsMoved(client: SmokeClient, before: Metrics): Promise<string> {
  let after = await readMetrics(client);
  for (let looks = 1; !moved(before, after); looks++) {
    if (looks === LOOKS) throw new SmokeFailure(`no more successes than before: ${told(after)}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    after = await readMetrics(client);
  }
  return `from ${told(before)} to ${told(after)}`;
}

/**
 * Other isolates may answer, and what is an hour or a day old leaves the project's figures: it is enough that one of
 * them has grown.
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

function told({ requests, successes, project }: Metrics): string {
  const day = project?.last_day.all;
  const all = day ? `, of the project in a day ${day.successes}/${day.requests}` : "";
  return `${successes}/${requests}${all}`;
}
