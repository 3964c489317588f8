import { AppError } from "../errors.ts";
import { attempt } from "../http/attempt.ts";
import { readLimited } from "../lib/read_limited.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { log } from "../telemetry/log.ts";
import { handOver } from "./hand_over.ts";
import type { PhotoDeps } from "./photo_deps.ts";
import type { PhotoJob } from "./photo_job.ts";
import { processPhoto } from "./process_photo.ts";
import type { ReceivedPhoto } from "./received_photo.ts";
import { isOwnFault } from "./rollout/with_fallback.ts";
import type { Served } from "./run_job.ts";

/**
 * Processes a photo with this function's pipeline: in this isolate, or by a hand-over to another one if this one
 * has no room.
 *
 * @param job The photo's context.
 * @param received The request and its photo.
 * @param deps The dependencies.
 * @returns The result. During a rollout, a fault of the other isolate counts as a fault of this one, so that the
 * legacy service can take over.
 * @throws the signal's reason, if the caller has disconnected
 */
export async function processOrHandOver(
  job: PhotoJob,
  received: ReceivedPhoto,
  deps: PhotoDeps,
): Promise<Result<Served>> {
  const { photo } = received;
  const done = await attempt(() => processPhoto(job, photo, deps.process), job.signal);
  if (done.ok) return ok({ by: "new", result: done.value, photo });
  if (done.error.code !== "isolate_busy" || deps.process.cpuBudgetMs === 0) return done;
  if (deps.process.admission.isFull && !job.hasProgressed) return done;
  const { functionUrl, signer, process: { admission } } = deps;
  const response = await job.step(
    "hand_over",
    () => handOver(job, received, { admission, functionUrl, signer }),
  );
  if (!response) return done;
  log("info", "handed_over", { status: response.status });
  return deps.rollout ? await faultOrAnswer(response) : ok({ by: "isolate", response });
}

/** Bound on an error's JSON, in bytes. A usual one has some 500. */
const MAX_ERROR_BYTES = 64 << 10;

/** Turns the other isolate's own fault into an error; any other response passes through. */
async function faultOrAnswer(response: Response): Promise<Result<Served>> {
  if (response.ok) return ok({ by: "isolate", response });
  const { status, headers } = response;
  const bytes = await readLimited(response.body, MAX_ERROR_BYTES);
  const text = new TextDecoder().decode(bytes ?? new Uint8Array());
  const error = await parseError(text);
  if (!error || !isOwnFault(error.code)) {
    return ok({ by: "isolate", response: new Response(text, { status, headers }) });
  }
  const { code, message, details, retryable } = error;
  const retryAfterSeconds = Number(headers.get("retry-after")) || undefined;
  return fail(new AppError(code, message, { details, retryable, retryAfterSeconds }));
}

/** @returns The error, or `undefined` if the host itself responded. */
async function parseError(text: string) {
  try {
    const { errorSchema } = await import("../http/error_schema.ts");
    return errorSchema.parse(JSON.parse(text)).error;
  } catch {
    return undefined;
  }
}
