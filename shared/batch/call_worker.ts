import type { Admission } from "../isolate/admission.ts";
import { firstLine, log } from "../telemetry/log.ts";
import { pause } from "../lib/pause.ts";
import { outgoingTrace } from "../telemetry/trace/current_request.ts";
import type { InternalSigner } from "../http/internal_signer.ts";

/** The number of workers in a row that could not begin an item, and the signature without which the number counts as 0. */
const WITHOUT_PROGRESS_HEADER = "x-process-image-without-progress";
const SIGNATURE_HEADER = `${WITHOUT_PROGRESS_HEADER}-signature`;

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
  signer: InternalSigner;
}

/**
 * Reads how many workers in a row could not begin an item.
 *
 * @param headers The headers of a call of a worker.
 * @param signer Verifies that another worker has made it, within the last minute.
 * @returns The number, 0 unless another worker says otherwise.
 */
export async function withoutProgressOf(
  headers: Headers,
  signer: InternalSigner,
): Promise<number> {
  const count = headers.get(WITHOUT_PROGRESS_HEADER) ?? "";
  if (!/^[1-9]$/.test(count)) return 0;
  return await signer.verify(headers.get(SIGNATURE_HEADER), signedParts(count)) ? Number(count) : 0;
}

function signedParts(count: string): string[] {
  return ["without-progress", count];
}

/**
 * Has an isolate work off the queue, by a request to the function's own address. It does not throw: what nobody begins, the
 * database's clock calls a worker for.
 *
 * @param deps What it needs.
 * @param withoutProgress How many workers before could not begin a single item.
 */
export async function callWorker(
  { functionUrl, serviceKey, admission, signer }: CallWorkerDeps,
  withoutProgress = 0,
): Promise<void> {
  const count = String(withoutProgress);
  let cause: unknown;
  for (let tries = 1; tries <= TRIES; tries++) {
    if (!admission.charge(CALL_MS)) return;
    try {
      const response = await fetch(`${functionUrl}/work`, {
        method: "POST",
        headers: {
          ...outgoingTrace(),
          apikey: serviceKey,
          [WITHOUT_PROGRESS_HEADER]: count,
          [SIGNATURE_HEADER]: await signer.sign(signedParts(count)),
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
  log("warn", "worker_not_called", { cause: firstLine(cause) });
}
