import { AppError } from "../errors.ts";
import { log } from "../log.ts";
import { processPhoto } from "../process/process_photo.ts";
import { readLimited } from "../read_limited.ts";
import { fail, ok, type Result } from "../result.ts";
import { isOwnFault } from "../rollout/ask_in_turn.ts";
import { handOver } from "./hand_over.ts";
import type { PhotoDeps } from "./photo_deps.ts";
import type { PhotoJob, Served } from "./photo_job.ts";
import { settled } from "./settled.ts";

/**
 * Has a photo processed by the new pipeline: here, or in another isolate if this one has no room for it.
 *
 * @param job The photo.
 * @param deps What it needs.
 * @returns What came of it. Where the legacy service may be asked, a fault of the other isolate is one of this one's.
 * @throws what the request's signal was aborted with
 */
export async function serveNew(job: PhotoJob, deps: PhotoDeps): Promise<Result<Served>> {
  const { request, input, photo, timings, run } = job;
  const { options, upload, force, returnImages: needsFiles } = input;
  const { signal } = request;
  const order = { photo, options, upload, force, needsFiles, signal, notes: run.notes };
  const done = await settled(() => processPhoto(order, deps.process, timings), request);
  if (done.ok) return ok({ by: "new", photo: done.value, input });
  if (done.error.code !== "isolate_busy" || deps.process.cpuBudgetMs === 0) return done;
  const { functionUrl, signer, process: { admission } } = deps;
  const response = await timings.measure(
    "hand_over",
    () => handOver(job, { admission, functionUrl, signer }),
  );
  if (!response) return done;
  log("info", "handed_over", { status: response.status });
  return deps.rollout ? await faultOrAnswer(response) : ok({ by: "isolate", response });
}

/** An error's JSON, at most, in bytes: it has some 500. */
const MOST_ERROR_BYTES = 64 << 10;

/** The other isolate's own fault as an error, any other answer as it is. */
async function faultOrAnswer(response: Response): Promise<Result<Served>> {
  if (response.ok) return ok({ by: "isolate", response });
  const { status, headers } = response;
  const bytes = await readLimited(response.body, MOST_ERROR_BYTES);
  const text = new TextDecoder().decode(bytes ?? new Uint8Array());
  const error = await errorIn(text);
  if (!error || !isOwnFault(error.code)) {
    return ok({ by: "isolate", response: new Response(text, { status, headers }) });
  }
  const { code, message, details, retryable } = error;
  const retryAfterSeconds = Number(headers.get("retry-after")) || undefined;
  return fail(new AppError(code, message, { details, retryable, retryAfterSeconds }));
}

async function errorIn(text: string) {
  const { errorSchema } = await import("./reply_schemas.ts"); // no other request needs it
  try {
    return errorSchema.parse(JSON.parse(text)).error;
  } catch {
    return undefined; // the host's own answer
  }
}
