import { attempt } from "../http/attempt.ts";
import { logRefusal } from "../http/log_refusal.ts";
import type { Result } from "../lib/result.ts";
import { log } from "../telemetry/log.ts";
import type { Observer, Run } from "../telemetry/metrics/run.ts";
import type { PhotoJob } from "./photo_job.ts";
import type { PhotoOutcome } from "./reply.ts";
import type { LegacyReply } from "./rollout/legacy_client.ts";

/** The processor that has served a photo, with its result. */
export type Served =
  | ({ by: "new" } & PhotoOutcome)
  | { by: "legacy"; reply: LegacyReply }
  /** Another isolate, which has logged and observed the photo. */
  | { by: "isolate"; response: Response };

/**
 * Runs a photo's job and reports its outcome: turns everything thrown into an error, writes the log line and
 * records the run. The work itself does none of this.
 *
 * @param job The photo's context.
 * @param observe Receives the run, unless another isolate served the photo.
 * @param work Serves the photo.
 */
export async function runJob(
  job: PhotoJob,
  observe: Observer,
  work: () => Promise<Result<Served>>,
): Promise<Result<Served>> {
  const served = await attempt(work, job.signal);
  if (!served.ok) {
    const { code } = served.error;
    // The queue gives a batch item to another isolate, and a comparison is skipped.
    if (code === "isolate_busy" && job.origin !== "request") return served;
    logRefusal(served.error);
    observe(runOf(job, { errorCode: code }));
  } else if (served.value.by !== "isolate") {
    const outcome = outcomeOf(served.value);
    const { by: served_by } = served.value;
    const { reused, warnings } = outcome;
    if (job.origin !== "shadow") {
      log("info", "processed", { served_by, reused, warnings, timings_ms: job.timings });
    }
    observe(runOf(job, outcome));
  }
  return served;
}

interface Outcome {
  reused?: boolean;
  bytesOut: number;
  warnings?: string[];
}

function outcomeOf(served: Exclude<Served, { by: "isolate" }>): Outcome {
  if (served.by === "legacy") {
    const images = Object.values(served.reply.images);
    const digits = images.reduce((sum, image) => sum + (image?.length ?? 0), 0);
    return { bytesOut: Math.floor(digits * 3 / 4) };
  }
  const { reused, variants, warnings } = served.result;
  return {
    reused,
    bytesOut: variants.reduce((sum, { bytes }) => sum + bytes, 0),
    warnings: warnings.map(({ code }) => code),
  };
}

function runOf(
  { id: requestId, timings, slot, origin, facts }: PhotoJob,
  { errorCode = null, bytesOut = 0, warnings = [] }: Partial<Run>,
): Run {
  return {
    requestId,
    startedAt: timings.startedAt,
    totalMs: timings.totalMs,
    stepsMs: Object.fromEntries(timings.spans.map(({ name, durationMs }) => [name, durationMs])),
    cpuMs: slot?.usedMs ?? 0,
    ...facts,
    isShadow: origin === "shadow",
    errorCode,
    bytesOut,
    warnings,
  };
}
