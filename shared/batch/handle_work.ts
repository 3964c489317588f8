import { isolateBusy } from "../isolate/isolate_busy.ts";
import { afterResponse } from "../telemetry/after_response.ts";
import type { Worker } from "./worker.ts";
import { AppError } from "../errors.ts";
import { pause } from "../lib/pause.ts";
import { authenticate } from "../http/auth/authenticate.ts";
import { withoutProgressOf } from "./call_worker.ts";
import type { PhotoDeps } from "../photo/photo_deps.ts";

/** What having the queue worked off needs. */
export interface WorkDeps extends Pick<PhotoDeps, "auth" | "process" | "signer"> {
  /** This isolate's worker. */
  worker: Pick<Worker, "isFull" | "run">;
}

/** CPU of taking the request in, in milliseconds. */
const RECEIVE_MS = 4;

/** Head start of the answer, in milliseconds: its bytes leave before decoding keeps the thread. */
const HEAD_START_MS = 20;

/**
 * Answers `POST /process-image/work`: at once. The queue of the batches is worked off after that.
 *
 * @param request The request.
 * @param requestId The id that it is answered under.
 * @param deps What it needs.
 * @throws {AppError} `authenticate`'s errors; `forbidden` for users; `isolate_busy` where this isolate has no room for work
 */
export async function handleWork(
  { headers }: Request,
  requestId: string,
  { auth, process: { admission }, signer, worker }: WorkDeps,
): Promise<Response> {
  const caller = await authenticate(headers, auth);
  if (!caller.ok) throw caller.error;
  if (caller.value.kind !== "server") {
    throw new AppError("forbidden", "Work is for servers: send a secret key as apikey.");
  }
  const withoutProgress = await withoutProgressOf(headers, signer);
  // Held to the end, so that the isolate does not take itself for idle between two items: an idle one starts counting anew.
  const visit = worker.isFull ? null : admission.permit(RECEIVE_MS);
  if (!visit) throw isolateBusy();
  const work = pause(HEAD_START_MS).then(() => worker.run(withoutProgress));
  afterResponse(work.finally(() => visit[Symbol.dispose]()));
  return Response.json({ accepted: true, request_id: requestId }, { status: 202 });
}
