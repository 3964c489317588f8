import { createRemovers } from "../background/create_remover.ts";
import type { ItemDeps } from "../batch/process_item.ts";
import { connectAs } from "../http/auth/caller_client.ts";
import { TASK_MS } from "../isolate/cpu_costs.ts";
import { MemoryBudget } from "../isolate/memory_budget.ts";
import { BackdropStore, MAX_BACKDROP_BYTES } from "../photo/backdrop/backdrop_store.ts";
import { VehicleStore } from "../photo/vehicle/vehicle_store.ts";
import { CrashStore } from "../photo/crash_store.ts";
import { PhotoCrashes } from "../photo/photo_crashes.ts";
import type { PhotoDeps } from "../photo/photo_deps.ts";
import { createRollout } from "../photo/rollout/create_rollout.ts";
import { readLooks } from "../photo/presets/read_looks.ts";
import { ResultStore } from "../storage/result_store.ts";
import { readSource } from "../storage/source_store.ts";
import { VariantStore } from "../storage/variant_store.ts";
import { RunRecorder } from "../telemetry/metrics/run_recorder.ts";
import { WorkingStore } from "../storage/working_store.ts";
import type { Core } from "./core.ts";

/** Bound on the memory of all request bodies together, in bytes. An isolate has 256 MB in all. */
const MEMORY_BUDGET_BYTES = 100 << 20;

/** The services for photos, of requests and of batches. */
export type PhotoServices = PhotoDeps & ItemDeps;

/**
 * Builds the services for photos.
 *
 * @throws {ConfigError} If `VARIANTS` or `DEFAULT_OPTIONS` is wrong.
 */
export function createPhotoServices(core: Core): PhotoServices {
  const { config, service, admission, auth, signer, isolateMetrics, runStore } = core;
  const { storage, supabase, looks, cpuBudgetMs, maxImageBytes } = config;
  const limits = { maxPixels: config.maxImagePixels };
  const sources = {
    buckets: storage.sourceBuckets,
    maxBytes: maxImageBytes,
    timeoutMs: storage.timeoutMs,
  };
  const backdropSources = {
    buckets: storage.backgroundBuckets,
    maxBytes: Math.min(maxImageBytes, MAX_BACKDROP_BYTES),
    timeoutMs: storage.timeoutMs,
  };
  const recorder = new RunRecorder(runStore);
  return {
    auth,
    maxImageBytes,
    functionUrl: config.functionUrl,
    signer,
    memoryBudget: new MemoryBudget(cpuBudgetMs === 0 ? Infinity : MEMORY_BUDGET_BYTES),
    observe: (run) => {
      isolateMetrics.observe(run);
      recorder.observe(run);
      admission.charge(TASK_MS.record);
    },
    rollout: createRollout(config.rollout, service),
    readSource: (caller, ref) => readSource(connectAs(caller, config), ref, sources),
    readItem: (ref) => readSource(service, ref, sources),
    process: {
      ...createRemovers(config, service),
      store: new VariantStore(service, storage.bucket, supabase.publicUrl, storage.timeoutMs),
      results: new ResultStore(service, storage.bucket),
      working: storage.cutoutBucket === undefined
        ? undefined
        : new WorkingStore(service, storage.cutoutBucket, storage.timeoutMs),
      crashes: new PhotoCrashes(new CrashStore(service)),
      vehicles: new VehicleStore(service),
      looks: readLooks(looks),
      backdrops: new BackdropStore({
        read: (ref) => readSource(service, ref, backdropSources),
        limits,
      }),
      limits,
      cpuBudgetMs,
      admission,
    },
  };
}
