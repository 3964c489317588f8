import type { AppDeps } from "./app.ts";
import { createRemovers } from "./background/create_remover.ts";
import { BatchStore } from "./batch/batch_store.ts";
import { createWorker } from "./batch/create_worker.ts";
import type { ItemDeps } from "./batch/process_item.ts";
import type { Config } from "./config.ts";
import { connectAs } from "./http/auth/caller_client.ts";
import { RoleWriter, writeRoles } from "./http/auth/role_writer.ts";
import { createLegacyVerifier } from "./http/auth/verify_legacy.ts";
import { createTokenVerifier } from "./http/auth/verify_token.ts";
import { InternalSigner } from "./http/internal_signer.ts";
import { warmUp } from "./image/engine/warm_up.ts";
import { Admission } from "./isolate/admission.ts";
import { machinePace } from "./isolate/machine_pace.ts";
import { MemoryBudget } from "./isolate/memory_budget.ts";
import { reachesSelf } from "./isolate/self_probe.ts";
import { Shutdown } from "./isolate/shutdown.ts";
import { BackdropStore, MAX_BACKDROP_BYTES } from "./photo/backdrop/backdrop_store.ts";
import { CrashStore } from "./photo/crash_store.ts";
import { PhotoCrashes } from "./photo/photo_crashes.ts";
import { readLooks } from "./photo/presets/read_looks.ts";
import { VehicleStore } from "./photo/vehicle/vehicle_store.ts";
import { createRollout } from "./photo/rollout/create_rollout.ts";
import { createHealthChecks } from "./status/checks/health_checks.ts";
import { CutoutLinks } from "./storage/cutout_links.ts";
import { ResultStore } from "./storage/result_store.ts";
import { readSource } from "./storage/source_store.ts";
import { connect } from "./storage/supabase_client.ts";
import { unreadableSources } from "./storage/unreadable_sources.ts";
import { VariantStore } from "./storage/variant_store.ts";
import { IsolateMetrics } from "./telemetry/metrics/isolate_metrics.ts";
import { RunRecorder } from "./telemetry/metrics/run_recorder.ts";
import { RunStore } from "./telemetry/metrics/run_store.ts";
import { createSpanSender } from "./telemetry/trace/create_span_sender.ts";
import { WorkingStore } from "./storage/working_store.ts";
import { JOB_MS, TASK_MS } from "./isolate/cpu_costs.ts";

/** Bound on the memory of all request bodies together, in bytes. An isolate has 256 MB in all. */
const MEMORY_BUDGET_BYTES = 100 << 20;

/**
 * Builds the function's services from its configuration. No other module wires them together.
 *
 * @param config The checked configuration.
 */
export function createServices(config: Config): AppDeps {
  const { supabase, storage } = config;
  const service = connect(supabase.url, supabase.serviceKey, storage.timeoutMs);
  const { cpuBudgetMs, functionUrl } = config;
  const admission = new Admission({
    budgetMs: cpuBudgetMs,
    usedMs: JOB_MS.boot,
    pace: cpuBudgetMs === 0 ? 1 : machinePace(),
    reachesSelf: () => reachesSelf(functionUrl),
    warmUp,
  });
  const isolateMetrics = new IsolateMetrics();
  const runStore = new RunStore(service, config.runsRetentionDays);
  const recorder = new RunRecorder(runStore);
  const shutdown = new Shutdown(admission);
  const sources = {
    buckets: storage.sourceBuckets,
    maxBytes: config.maxImageBytes,
    timeoutMs: storage.timeoutMs,
  };
  const backdropSources = {
    buckets: storage.backgroundBuckets,
    maxBytes: Math.min(config.maxImageBytes, MAX_BACKDROP_BYTES),
    timeoutMs: storage.timeoutMs,
  };
  const vehicles = new VehicleStore(service);
  const items: ItemDeps = {
    memoryBudget: new MemoryBudget(cpuBudgetMs === 0 ? Infinity : MEMORY_BUDGET_BYTES),
    observe: (run) => {
      isolateMetrics.observe(run);
      recorder.observe(run);
      admission.charge(TASK_MS.record);
    },
    process: {
      ...createRemovers(config, service),
      store: new VariantStore(service, storage.bucket, supabase.publicUrl, storage.timeoutMs),
      results: new ResultStore(service, storage.bucket),
      working: storage.cutoutBucket === undefined
        ? undefined
        : new WorkingStore(service, storage.cutoutBucket, storage.timeoutMs),
      crashes: new PhotoCrashes(new CrashStore(service)),
      vehicles,
      looks: readLooks(config.looks),
      backdrops: new BackdropStore({
        read: (ref) => readSource(service, ref, backdropSources),
        limits: { maxPixels: config.maxImagePixels },
      }),
      limits: { maxPixels: config.maxImagePixels },
      cpuBudgetMs,
      admission,
    },
    readItem: (ref) => readSource(service, ref, sources),
  };
  const batchStore = new BatchStore(service);
  const links = new CutoutLinks(service);
  const signer = new InternalSigner(supabase.secretKeys);
  return {
    ...items,
    shutdown,
    allowedOrigins: config.allowedOrigins,
    auth: {
      secretKeys: supabase.secretKeys,
      adminRoles: config.adminRoles,
      verifyToken: createTokenVerifier(config, createLegacyVerifier(service, config.issuers)),
      onAdmitted: new RoleWriter(() => {
        admission.charge(TASK_MS.roles);
        return writeRoles(service, config.adminRoles);
      }).begin,
    },
    maxImageBytes: config.maxImageBytes,
    functionUrl,
    signer,
    isolateMetrics,
    runStore,
    sendSpan: createSpanSender(config),
    healthChecks: createHealthChecks(config, service),
    rollout: createRollout(config.rollout, service),
    readSource: (caller, ref) => readSource(connectAs(caller, config), ref, sources),
    batchStore,
    unreadable: (caller, refs) => unreadableSources(connectAs(caller, config), refs),
    photoFiles: (caller) => ({
      service,
      caller: connectAs(caller, config),
      links,
      buckets: {
        results: storage.bucket,
        cutouts: storage.cutoutBucket,
        sources: storage.sourceBuckets,
      },
      bounds: { timeoutMs: storage.timeoutMs },
    }),
    vehicleStore: vehicles,
    serviceKey: supabase.serviceKey,
    sourceBuckets: storage.sourceBuckets,
    webhook: config.webhook,
    worker: createWorker(config, batchStore, items, signer, shutdown),
  };
}
