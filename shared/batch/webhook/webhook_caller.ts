import { firstLine, log } from "../../telemetry/log.ts";
import { orAborted } from "../../lib/or_aborted.ts";
import type { BatchStore, DueWebhook } from "../batch_store.ts";
import { canDial, type Dial, hostOf, type Post, PostError, postOnce } from "./post_once.ts";
import { isPublicAddress } from "./public_address.ts";
import { SIGNATURE_HEADER, signWebhook } from "./sign_webhook.ts";
import { faultOfTarget, publicAddressesOf, type ResolveName } from "./webhook_target.ts";

/** The dependencies of {@linkcode callWebhooks}. */
export interface WebhookDeps {
  store: Pick<BatchStore, "takeWebhook" | "reportWebhook">;
  /** Secret that signs the calls; unset: webhooks are off. */
  secret?: string;
  /** Whether private addresses and plain HTTP are allowed: for development. */
  allowPrivate: boolean;
  /** Resolves a name to its addresses. @default the host's resolver */
  resolve?: ResolveName;
  /** Opens connections; `null` if the host does not allow that. @default `Deno.connect`, where the host allows it */
  dial?: Dial | null;
  /** PEM certificates that are trusted besides the host's own. */
  caCerts?: string[];
  /** Bound on a call, in milliseconds. @default 10000 */
  timeoutMs?: number;
}

/** Default bound on a call, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** Bound on the calls that a worker makes in a row: the next worker makes the rest. */
const MAX_CALLS = 10;

/**
 * Calls the webhooks of batches that have ended. The database schedules a failed call again.
 *
 * @param deps The dependencies.
 */
export async function callWebhooks(deps: WebhookDeps): Promise<void> {
  const { store } = deps;
  try {
    for (let calls = 0; calls < MAX_CALLS; calls++) {
      const due = await store.takeWebhook();
      if (!due) return;
      const fault = await call(due, deps);
      if (fault !== null) {
        log("warn", "webhook_failed", { batch_id: due.batchId, tries: due.tries, cause: fault });
      }
      await store.reportWebhook(due, fault);
    }
  } catch (cause) {
    log("warn", "batch_queue_unavailable", { cause: firstLine(cause) });
  }
}

/** @returns The reason of a failure, `null` for a success. It contains nothing of the answer, which could be private. */
async function call(due: DueWebhook, deps: WebhookDeps): Promise<string | null> {
  const { secret, allowPrivate, timeoutMs = TIMEOUT_MS } = deps;
  if (secret === undefined) return "WEBHOOK_SECRET is not set";
  const fault = faultOfTarget(due.url, allowPrivate);
  if (fault !== null) return `expected ${fault}`;
  const body = JSON.stringify({
    type: "batch.finished",
    batch_id: due.batchId,
    state: due.state,
    counts: due.counts,
    created_at: due.createdAt,
    finished_at: due.finishedAt,
  });
  const headers = {
    "content-type": "application/json",
    "user-agent": "process-image",
    [SIGNATURE_HEADER]: signWebhook(body, secret, Math.floor(Date.now() / 1000)),
  };
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const status = await post({ url: new URL(due.url), headers, body, signal }, deps);
    return status >= 200 && status < 300 ? null : `it answered status ${status}`;
  } catch (error) {
    if (signal.aborted) return `no answer within ${timeoutMs / 1000} s`;
    return error instanceof PostError ? error.message : "it cannot be reached";
  }
}

/** Calls the checked addresses only, even if the name resolves to others a moment later. */
async function post(
  request: Pick<Post, "url" | "headers" | "body" | "signal">,
  { allowPrivate, resolve, dial, caCerts }: WebhookDeps,
): Promise<number> {
  const { url, signal } = request;
  const addresses = allowPrivate ? null : await orAborted(publicAddressesOf(url, resolve), signal);
  if (dial !== null && canDial()) {
    // If the function cannot resolve the name, the host does, and the address of the connection's peer is checked.
    const hosts = addresses ?? [hostOf(url)];
    const isAllowed = (peer: string) => allowPrivate || isPublicAddress(peer);
    return await postOnce({ ...request, hosts, isAllowed, dial, caCerts });
  }
  if (addresses === null && !allowPrivate) {
    throw new PostError("its address cannot be checked here");
  }
  // Without own connections, `fetch` resolves the name again: it resolved to public addresses just now.
  const { headers, body } = request;
  const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
  await response.body?.cancel();
  return response.status;
}
