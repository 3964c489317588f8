import type { BatchDeps } from "../batch/batch_deps.ts";
import { BatchStore } from "../batch/batch_store.ts";
import { createWorker } from "../batch/create_worker.ts";
import type { WorkDeps } from "../batch/handle_work.ts";
import { connectAs } from "../http/auth/caller_client.ts";
import { unreadableSources } from "../storage/unreadable_sources.ts";
import type { Core } from "./core.ts";
import type { PhotoServices } from "./photo_services.ts";

/** Builds the services for batches and their worker. */
export function createBatchServices(
  { config, shutdown, service }: Core,
  photos: PhotoServices,
): BatchDeps & WorkDeps {
  const batchStore = new BatchStore(service);
  return {
    ...photos,
    batchStore,
    unreadable: (caller, refs) => unreadableSources(connectAs(caller, config), refs),
    serviceKey: config.supabase.serviceKey,
    sourceBuckets: config.storage.sourceBuckets,
    webhook: config.webhook,
    worker: createWorker(config, batchStore, photos, photos.signer, shutdown),
  };
}
