import { firstLine, log } from "../../telemetry/log.ts";
import { orAborted } from "../../lib/or_aborted.ts";
import type { BatchStore, DueWebhook } from "../batch_store.ts";
import { canDial, type Dial, hostOf, type Post, PostError, postOnce } from "./post_once.ts";
import { isPublicAddress } from "./public_address.ts";
import { SIGNATURE_HEADER, signWebhook } from "./sign_webhook.ts";
import { faultOfTarget, publicAddressesOf, type ResolveName } from "./webhook_target.ts";

/** What calling webhooks needs. */
export interface WebhookDeps {
  store: Pick<BatchStore, "takeWebhook" | "reportWebhook">;
  /** What calls are signed with; unset: none are made. */
  secret?: string;
  /** Whether private addresses and plain HTTP will do: for development. */
  allowPrivate: boolean;
  /** Finds the addresses of a name. @default the host's own way */
  resolve?: ResolveName;
  /** Opens connections; `null` where the host lets no function do that. @default the host's own way */
  dial?: Dial | null;
  /** PEM certificates that are trusted besides the host's own. */
  caCerts?: string[];
  /** Bound on a call, in milliseconds. @default 10000 */
  timeoutMs?: number;
}

/** Bound on a call otherwise, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** Calls that a worker makes one after the other, at most: what is due then is called by the next. */
const MAX_CALLS = 10;

/**
 * Tells those who want to know that their batches have ended. A call that fails is due again later, as the database has it.
 *
 * @param deps What it needs.
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

/** @returns Why it failed, `null` if it did not. Nothing of the answer is in it: that would show what is private. */
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

/** Calls the addresses that have been checked, and no other ones that the name may lead to a moment later. */
async function post(
  request: Pick<Post, "url" | "headers" | "body" | "signal">,
  { allowPrivate, resolve, dial, caCerts }: WebhookDeps,
): Promise<number> {
  const { url, signal } = request;
  const addresses = allowPrivate ? null : await orAborted(publicAddressesOf(url, resolve), signal);
  if (dial !== null && canDial()) {
    // Where the host cannot tell the addresses, it looks the name up, and the address that it has connected to is checked.
    const hosts = addresses ?? [hostOf(url)];
    const isAllowed = (peer: string) => allowPrivate || isPublicAddress(peer);
    return await postOnce({ ...request, hosts, isAllowed, dial, caCerts });
  }
  if (addresses === null && !allowPrivate) {
    throw new PostError("its address cannot be checked here");
  }
  // A host that connects by itself: the name has led to public addresses just now.
  const { headers, body } = request;
  const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
  await response.body?.cancel();
  return response.status;
}
