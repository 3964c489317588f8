import type { Config } from "../config.ts";
import type { InternalSigner } from "../http/internal_signer.ts";
import type { Shutdown } from "../isolate/shutdown.ts";
import type { BatchStore } from "./batch_store.ts";
import { callWorker } from "./call_worker.ts";
import { type ItemDeps, processItem } from "./process_item.ts";
import { callWebhooks } from "./webhook/webhook_caller.ts";
import { Worker } from "./worker.ts";

/** Age from which an isolate starts no batch item, in milliseconds: hosts end an isolate after 150 s or 400 s. */
const MAX_AGE_MS = 90_000;

/** Creates the worker of the batch queue. With a CPU budget, isolates are short-lived and hand the queue over. */
export function createWorker(
  { functionUrl, supabase: { serviceKey }, cpuBudgetMs, webhook }: Config,
  store: BatchStore,
  items: ItemDeps,
  signer: InternalSigner,
  shutdown: Shutdown,
): Worker {
  const { admission } = items.process;
  return new Worker({
    store,
    process: (item) => processItem(item, items),
    isEnding: () => shutdown.begun,
    isOld: () => cpuBudgetMs !== 0 && performance.now() > MAX_AGE_MS,
    handOn: async (withoutProgress) => {
      // A retired isolate gets no new requests, so the call reaches another one.
      await admission.retire();
      await callWorker({ functionUrl, serviceKey, admission, signer }, withoutProgress);
    },
    callWebhooks: () => callWebhooks({ store, ...webhook }),
  });
}
