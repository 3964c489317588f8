import type { Admission } from "../isolate/admission.ts";
import { firstLine, log } from "../telemetry/log.ts";
import { pause } from "../lib/pause.ts";
import { outgoingTrace } from "../telemetry/trace/current_request.ts";
import type { InternalSigner } from "../http/internal_signer.ts";
import { TASK_MS } from "../isolate/cpu_costs.ts";

/** Headers: the number of workers in a row that could not begin an item, and its signature. Unsigned, it counts as 0. */
const WITHOUT_PROGRESS_HEADER = "x-process-image-without-progress";
const SIGNATURE_HEADER = `${WITHOUT_PROGRESS_HEADER}-signature`;

/** Bound on the calls to reach an isolate with room. */
const TRIES = 3;

/** Wait between two calls, in milliseconds; it grows with each. */
const RETRY_MS = 300;

/** Bound on one call, in milliseconds: a fresh isolate has to start. */
const TIMEOUT_MS = 10_000;

/** The dependencies of {@linkcode callWorker}. */
export interface CallWorkerDeps {
  /** The function's own public address. */
  functionUrl: string;
  /** A secret key. */
  serviceKey: string;
  admission: Admission;
  signer: InternalSigner;
}

/**
 * Reads the number of workers in a row that could not begin an item.
 *
 * @param headers The headers of a call to a worker.
 * @param signer Verifies that another worker signed the number within the last minute.
 * @returns The number; 0 if it is missing or its signature is not valid.
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
 * Starts a worker by a request to the function's own address. It does not throw: if no isolate accepts the call, the
 * database's clock starts a worker later.
 *
 * @param deps The dependencies.
 * @param withoutProgress The number of workers in a row that could not begin an item.
 */
export async function callWorker(
  { functionUrl, serviceKey, admission, signer }: CallWorkerDeps,
  withoutProgress = 0,
): Promise<void> {
  const count = String(withoutProgress);
  let cause: unknown;
  for (let tries = 1; tries <= TRIES; tries++) {
    if (!admission.charge(TASK_MS.callWorker)) return;
    try {
      const response = await fetch(`${functionUrl}/work`, {
        method: "POST",
        headers: {
          ...outgoingTrace(),
          apikey: serviceKey,
          [WITHOUT_PROGRESS_HEADER]: count,
          [SIGNATURE_HEADER]: await signer.sign(signedParts(count)),
        },
        redirect: "manual", // a redirect would receive the key
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
