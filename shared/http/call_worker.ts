import type { Admission } from "../admission/admission.ts";
import { log } from "../log.ts";
import { pause } from "../pause.ts";
import { outgoingTrace } from "../trace/current_request.ts";

/** How many workers before the called one could not begin a single item. */
const WITHOUT_PROGRESS_HEADER = "x-process-image-without-progress";

/** Tries to reach an isolate that has room for work. */
const TRIES = 3;

/** Wait between them, in milliseconds; longer each time. */
const RETRY_MS = 300;

/** Bound on one, in milliseconds: a fresh isolate has to start. */
const TIMEOUT_MS = 10_000;

/** CPU of a call, in milliseconds. */
const CALL_MS = 3;

/** What calling a worker needs. */
export interface CallWorkerDeps {
  /** The function's own public address. */
  functionUrl: string;
  /** A secret key. */
  serviceKey: string;
  admission: Admission;
}

/** @returns How many workers before could not begin a single item; 0 unless another worker tells it. */
export function withoutProgressOf(headers: Headers): number {
  const count = Number(headers.get(WITHOUT_PROGRESS_HEADER) ?? 0);
  return Number.isInteger(count) && count >= 0 ? count : 0;
}

/**
 * Has an isolate work off the queue, by a request to the function's own address. It does not throw: what nobody begins, the
 * database's clock calls a worker for.
 *
 * @param deps What it needs.
 * @param withoutProgress How many workers before could not begin a single item.
 */
export async function callWorker(
  { functionUrl, serviceKey, admission }: CallWorkerDeps,
  withoutProgress = 0,
): Promise<void> {
  let cause: unknown;
  for (let tries = 1; tries <= TRIES; tries++) {
    if (!admission.spend(CALL_MS)) return;
    try {
      const response = await fetch(`${functionUrl}/work`, {
        method: "POST",
        headers: {
          ...outgoingTrace(),
          apikey: serviceKey,
          [WITHOUT_PROGRESS_HEADER]: String(withoutProgress),
        },
        redirect: "manual", // a redirect would take the key along
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.body?.cancel();
      if (response.status === 202) return;
      cause = `status ${response.status}`;
    } catch (error) {
      cause = error;
    }
    if (tries < TRIES) await pause(RETRY_MS * tries);
  }
  log("warn", "worker_not_called", { cause: String(cause).slice(0, 300) });
}
