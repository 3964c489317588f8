import {
  createClient,
  type SupabaseClient,
  type SupabaseClientOptions,
} from "@supabase/supabase-js";
import { Admission } from "./admission/admission.ts";
import { BodyRoom } from "./admission/body_room.ts";
import { machinePace } from "./admission/machine_pace.ts";
import { Api4ai } from "./background/api4ai.ts";
import { CachedRemover } from "./background/cached_remover.ts";
import { FallbackCircuit } from "./background/fallback_circuit.ts";
import { GuardedRemover } from "./background/guarded_remover.ts";
import { MemoryCircuit } from "./background/memory_circuit.ts";
import { PostgresCircuit } from "./background/postgres_circuit.ts";
import { BatchStore } from "./batch/batch_store.ts";
import { callWebhooks } from "./batch/webhook_caller.ts";
import { Worker } from "./batch/worker.ts";
import type { Config } from "./config.ts";
import type { AppDeps } from "./http/app.ts";
import type { Caller } from "./http/auth/caller.ts";
import { callWorker } from "./http/call_worker.ts";
import { comesBack } from "./http/hand_over.ts";
import { InternalSigner } from "./http/internal_signer.ts";
import { RoleWriter, writeRoles } from "./http/auth/role_writer.ts";
import { createLegacyVerifier } from "./http/auth/verify_legacy.ts";
import { createTokenVerifier } from "./http/auth/verify_token.ts";
import { checkApi4ai } from "./health/check_api4ai.ts";
import { checkBucket, checkDatabase } from "./health/check_supabase.ts";
import { checkEngines } from "./health/check_engines.ts";
import type { HealthCheck } from "./health/run_checks.ts";
import { type ItemDeps, serveItem } from "./http/serve_item.ts";
import type { SendSpan } from "./http/tell_span.ts";
import { warmUp } from "./image/warm_up.ts";
import { log } from "./log.ts";
import { CrashStore } from "./process/crash_store.ts";
import { BOOT_MS } from "./process/estimate_cpu.ts";
import { PhotoCrashes } from "./process/photo_crashes.ts";
import { LegacyClient } from "./rollout/legacy_client.ts";
import { Rollout } from "./rollout/rollout.ts";
import { SettingsCache } from "./rollout/settings_cache.ts";
import { readStoredSettings } from "./rollout/stored_settings.ts";
import { IsolateMetrics } from "./metrics/isolate_metrics.ts";
import { RunRecorder } from "./metrics/run_recorder.ts";
import { RunStore } from "./metrics/run_store.ts";
import { Shutdown } from "./shutdown.ts";
import { CutoutStore } from "./storage/cutout_store.ts";
import { ResultStore } from "./storage/result_store.ts";
import { readSource } from "./storage/source_store.ts";
import { unreadableSources } from "./storage/unreadable_sources.ts";
import { VariantStore } from "./storage/variant_store.ts";
import { outgoingTrace } from "./trace/current_request.ts";
import { OtlpExporter } from "./trace/otlp_exporter.ts";

/** What the log says at the start where the settings speak of a legacy service that there is not. */
const WITHOUT_LEGACY = "LEGACY_PROCESSOR_URL is not set: every photo is processed by the new " +
  "pipeline, although ROLLOUT_PERCENT, USE_NEW_PIPELINE or SHADOW_PERCENT say otherwise.";

/** What one try of background removal may take beyond its own bound: encoding, and reporting, in milliseconds. */
const PROBE_MARGIN_MS = 5_000;

/** CPU of recording a run after its answer, as measured on Deno 2.1.4, in milliseconds. */
const RECORD_MS = 2;

/** CPU of writing the roles, once an isolate: a call like that of recording, in milliseconds. */
const ROLES_MS = 2;

/** Age from which on an isolate begins no photo of a batch, in milliseconds: hosts end one after 150 s or 400 s. */
const OLD_MS = 90_000;

/** What the bodies of all requests may hold in memory together where it is limited, in bytes: of 256 MB in all. */
const BODY_ROOM_BYTES = 100 << 20;

/**
 * Builds everything that the routes need from the configuration: the one place where parts are put together.
 *
 * @param config The checked configuration.
 */
export function createServices(config: Config): AppDeps {
  const { supabase, storage } = config;
  const service = connect(supabase.url, supabase.serviceKey, storage.timeoutMs);
  const admission = createAdmission(config);
  const isolateMetrics = new IsolateMetrics();
  const runStore = new RunStore(service, config.runsRetentionDays);
  const recorder = new RunRecorder(runStore);
  const shutdown = new Shutdown(admission);
  const sources = {
    buckets: storage.sourceBuckets,
    maxBytes: config.maxImageBytes,
    timeoutMs: storage.timeoutMs,
  };
  const items: ItemDeps = {
    bodyRoom: new BodyRoom(config.cpuBudgetMs === 0 ? Infinity : BODY_ROOM_BYTES),
    observe: (run) => {
      isolateMetrics.observe(run);
      recorder.observe(run);
      admission.spend(RECORD_MS);
    },
    process: {
      remover: createRemover(config, service),
      store: new VariantStore(service, storage.bucket, supabase.publicUrl, storage.timeoutMs),
      results: new ResultStore(service, storage.bucket),
      crashes: new PhotoCrashes(new CrashStore(service)),
      limits: { maxPixels: config.maxImagePixels },
      cpuBudgetMs: config.cpuBudgetMs,
      admission,
    },
    readItem: (ref) => readSource(service, ref, sources),
  };
  const batchStore = new BatchStore(service);
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
        admission.spend(ROLES_MS);
        return writeRoles(service, config.adminRoles);
      }).begin,
    },
    maxImageBytes: config.maxImageBytes,
    functionUrl: config.functionUrl,
    signer,
    isolateMetrics,
    runStore,
    sendSpan: createSpanSender(config),
    healthChecks: createHealthChecks(config, service),
    rollout: createRollout(config.rollout, service),
    readSource: (caller, ref) => readSource(clientOf(caller, config), ref, sources),
    batchStore,
    unreadable: (caller, refs) => unreadableSources(clientOf(caller, config), refs),
    serviceKey: supabase.serviceKey,
    sourceBuckets: storage.sourceBuckets,
    webhook: config.webhook,
    worker: createWorker(config, batchStore, items, signer, shutdown),
  };
}

/** Works off the batches' queue. Where CPU is limited, isolates are short-lived, and another one goes on. */
function createWorker(
  { functionUrl, supabase: { serviceKey }, cpuBudgetMs, webhook }: Config,
  store: BatchStore,
  items: ItemDeps,
  signer: InternalSigner,
  shutdown: Shutdown,
): Worker {
  const { admission } = items.process;
  return new Worker({
    store,
    process: (item) => serveItem(item, items),
    isEnding: () => shutdown.begun,
    isOld: () => cpuBudgetMs !== 0 && performance.now() > OLD_MS,
    handOn: async (withoutProgress) => {
      // The host would otherwise give it the call.
      await admission.retire();
      await callWorker({ functionUrl, serviceKey, admission, signer }, withoutProgress);
    },
    callWebhooks: () => callWebhooks({ store, ...webhook }),
  });
}

/** Where OpenTelemetry is configured. */
function createSpanSender({ otlp }: Config): SendSpan | undefined {
  if (otlp.endpoint === undefined) return undefined;
  const exporter = new OtlpExporter({ ...otlp, endpoint: otlp.endpoint });
  return (span) => exporter.send(span);
}

/** What deep health looks at. API4.ai is not needed: photos are processed without it, with a warning. */
function createHealthChecks(config: Config, service: SupabaseClient): HealthCheck[] {
  const { storage, api4ai } = config;
  return [
    { name: "image_engine", needed: true, run: checkEngines },
    { name: "storage", needed: true, run: () => checkBucket(service, storage.bucket) },
    { name: "database", needed: true, run: () => checkDatabase(service) },
    { name: "api4ai", needed: false, run: (signal) => checkApi4ai(api4ai, signal) },
  ];
}

/** Where CPU is limited, it matters how quick the machine is. */
function createAdmission({ cpuBudgetMs, functionUrl }: Config): Admission {
  return new Admission({
    budgetMs: cpuBudgetMs,
    usedMs: BOOT_MS,
    pace: cpuBudgetMs === 0 ? 1 : machinePace(),
    comesBack: () => comesBack(functionUrl),
    warmUp,
  });
}

/** Taking over from a legacy service, where there is one: without it every photo is new, whatever the settings say. */
function createRollout(
  { legacy, ...settings }: Config["rollout"],
  service: SupabaseClient,
): Rollout | undefined {
  if (legacy.url === undefined) {
    const { percent, useNewPipeline, shadowPercent } = settings;
    const isAllNew = percent === 100 && useNewPipeline && shadowPercent === 0;
    if (!isAllNew) log("warn", "rollout_without_legacy", { ...settings, cause: WITHOUT_LEGACY });
    return undefined;
  }
  const stored = () => readStoredSettings(service);
  return new Rollout(
    new LegacyClient({ ...legacy, url: legacy.url }),
    new SettingsCache(settings, stored),
  );
}

/** API4.ai, left alone while it fails: all processes share what each has seen of it, and what it has answered. */
function createRemover(
  { api4ai: { url, ...api4ai }, storage }: Config,
  service: SupabaseClient,
): CachedRemover | undefined {
  if (url === undefined) return undefined;
  const { cooldownMs, timeoutMs } = api4ai;
  const times = { cooldownMs, leaseMs: timeoutMs + PROBE_MARGIN_MS };
  const shared = new PostgresCircuit(service, `api4ai:${new URL(url).host}`, times);
  const guarded = new GuardedRemover(
    new Api4ai({ ...api4ai, url }),
    new FallbackCircuit(shared, new MemoryCircuit(times)),
  );
  const { cutoutBucket, timeoutMs: storageMs } = storage;
  return new CachedRemover(
    guarded,
    cutoutBucket === undefined ? undefined : new CutoutStore(service, cutoutBucket, storageMs),
  );
}

/** A client with the caller's own rights. */
function clientOf(caller: Caller, { supabase, storage }: Config): SupabaseClient {
  const { url, publishableKey } = supabase;
  return caller.kind === "server"
    ? connect(url, caller.key, storage.timeoutMs)
    : connect(url, publishableKey, storage.timeoutMs, {
      accessToken: () => Promise.resolve(caller.token),
    });
}

/** @param timeoutMs Bound on each call. */
function connect(
  url: string,
  key: string,
  timeoutMs: number,
  options: SupabaseClientOptions<"public"> = {},
): SupabaseClient {
  return createClient(url, key, {
    // A function has no session to keep: the client would otherwise start a timer that renews it.
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: { fetch: fetchWithin(timeoutMs) },
    ...options,
  });
}

function fetchWithin(timeoutMs: number): typeof fetch {
  return (input, init) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const headers = new Headers(init?.headers);
    for (const [name, value] of Object.entries(outgoingTrace())) headers.set(name, value);
    return fetch(input, {
      ...init,
      headers,
      signal: init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout,
    });
  };
}
