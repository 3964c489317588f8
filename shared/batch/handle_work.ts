import { isolateBusy } from "../isolate/isolate_busy.ts";
import { afterResponse } from "../telemetry/after_response.ts";
import type { Worker } from "./worker.ts";
import { AppError } from "../errors.ts";
import { pause } from "../lib/pause.ts";
import type { HttpContext } from "../http/context.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { withoutProgressOf } from "./call_worker.ts";
import type { PhotoDeps } from "../photo/photo_deps.ts";
import { TASK_MS } from "../isolate/cpu_costs.ts";

/** The dependencies of {@linkcode handleWork}. */
export interface WorkDeps extends Pick<PhotoDeps, "auth" | "process" | "signer"> {
  /** This isolate's worker. */
  worker: Pick<Worker, "isFull" | "run">;
}

/** Head start of the answer, in milliseconds: its bytes leave before decoding blocks the thread. */
const HEAD_START_MS = 20;

/**
 * Answers `POST /process-image/work` at once. The worker processes the batch queue after the answer.
 *
 * @returns The answer, `forbidden` for users, or `isolate_busy`.
 */
export async function handleWork(
  { req, var: { caller, requestId } }: HttpContext,
  { process: { admission }, signer, worker }: WorkDeps,
): Promise<Result<Response>> {
  if (caller.kind !== "server") {
    return fail(
      new AppError("forbidden", "Only servers may start work: send a secret key as apikey."),
    );
  }
  const withoutProgress = await withoutProgressOf(req.raw.headers, signer);
  // The permit lasts until the work ends: an isolate that is idle between two items would reset its CPU account.
  const permit = worker.isFull ? null : admission.permit(TASK_MS.work);
  if (!permit) return fail(isolateBusy());
  const work = pause(HEAD_START_MS).then(() => worker.run(withoutProgress));
  afterResponse(work.finally(() => permit[Symbol.dispose]()));
  return ok(Response.json({ accepted: true, request_id: requestId }, { status: 202 }));
}
