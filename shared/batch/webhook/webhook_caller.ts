import { firstLine, log } from "../../telemetry/log.ts";
import type { BatchStore, DueWebhook } from "../batch_store.ts";
import { SIGNATURE_HEADER, signWebhook } from "./sign_webhook.ts";
import { checkResolved, faultOfTarget, type ResolveName } from "./webhook_target.ts";

/** What calling webhooks needs. */
export interface WebhookDeps {
  store: Pick<BatchStore, "takeWebhook" | "reportWebhook">;
  /** What calls are signed with; unset: none are made. */
  secret?: string;
  /** Whether private addresses and plain HTTP will do: for development. */
  allowPrivate: boolean;
  /** Finds the addresses of a name. @default the host's own way */
  resolve?: ResolveName;
}

/** Bound on a call, in milliseconds. */
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

/** @returns Why it failed, `null` if it did not. Nothing of what was answered is told: that would show what is private. */
async function call(due: DueWebhook, deps: WebhookDeps): Promise<string | null> {
  const { secret, allowPrivate, resolve } = deps;
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
  try {
    if (!allowPrivate) await checkResolved(due.url, resolve);
    const response = await fetch(due.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": "process-image",
        [SIGNATURE_HEADER]: signWebhook(body, secret, Math.floor(Date.now() / 1000)),
      },
      body,
      redirect: "manual", // it could lead to a private address
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.ok ? null : `it answered status ${response.status}`;
  } catch (error) {
    return describe(error); // what the network says would show what is private
  }
}

function describe(error: unknown): string {
  const { name, message } = error as Error;
  if (name === "TimeoutError") return `no answer within ${TIMEOUT_MS / 1000} s`;
  return error instanceof TypeError ? "it can not be reached" : message;
}
