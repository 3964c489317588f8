import {
  createClient,
  type SupabaseClient,
  type SupabaseClientOptions,
} from "@supabase/supabase-js";
import { Admission } from "./admission/admission.ts";
import { BodyRoom } from "./admission/body_room.ts";
import { machinePace } from "./admission/machine_pace.ts";
import { Api4ai } from "./background/api4ai.ts";
import type { BackgroundRemover } from "./background/cutout.ts";
import { FallbackCircuit } from "./background/fallback_circuit.ts";
import { GuardedRemover } from "./background/guarded_remover.ts";
import { MemoryCircuit } from "./background/memory_circuit.ts";
import { PostgresCircuit } from "./background/postgres_circuit.ts";
import type { Config } from "./config.ts";
import type { AppDeps } from "./http/app.ts";
import type { Caller } from "./http/auth/caller.ts";
import { comesBack } from "./http/hand_over.ts";
import { createLegacyVerifier } from "./http/auth/verify_legacy.ts";
import { createTokenVerifier } from "./http/auth/verify_token.ts";
import { warmUp } from "./image/warm_up.ts";
import { BOOT_MS } from "./process/estimate_cpu.ts";
import { Shutdown } from "./shutdown.ts";
import { readSource } from "./storage/source_store.ts";
import { VariantStore } from "./storage/variant_store.ts";

/** What one try of background removal may take beyond its own bound: encoding, and reporting, in milliseconds. */
const PROBE_MARGIN_MS = 5_000;

/** What the bodies of all requests may hold in memory together where it is limited, in bytes: of 256 MB in all. */
const BODY_ROOM_BYTES = 100 << 20;

/**
 * Builds everything that the routes need from the configuration: the one place where parts are put together.
 *
 * @param config The checked configuration.
 */
export function createServices(config: Config): AppDeps {
  const { supabase, storage, api4ai } = config;
  const service = connect(supabase.url, supabase.serviceKey, storage.timeoutMs);
  const admission = createAdmission(config);
  return {
    shutdown: new Shutdown(admission),
    allowedOrigins: config.allowedOrigins,
    auth: {
      secretKeys: supabase.secretKeys,
      adminRoles: config.adminRoles,
      verifyToken: createTokenVerifier(config.jwks, createLegacyVerifier(service)),
    },
    maxImageBytes: config.maxImageBytes,
    bodyRoom: new BodyRoom(config.cpuBudgetMs === 0 ? Infinity : BODY_ROOM_BYTES),
    functionUrl: config.functionUrl,
    observe: () => {},
    process: {
      remover: api4ai.url === undefined
        ? undefined
        : createRemover({ ...api4ai, url: api4ai.url }, service),
      store: new VariantStore(service, storage.bucket, supabase.publicUrl, storage.timeoutMs),
      limits: { maxPixels: config.maxImagePixels },
      cpuBudgetMs: config.cpuBudgetMs,
      admission,
    },
    readSource: (caller, ref) =>
      readSource(clientOf(caller, config), ref, {
        buckets: storage.sourceBuckets,
        maxBytes: config.maxImageBytes,
        timeoutMs: storage.timeoutMs,
      }),
  };
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

/** API4.ai, left alone while it fails: all processes share what each has seen of it. */
function createRemover(
  api4ai: Config["api4ai"] & { url: string },
  service: SupabaseClient,
): BackgroundRemover {
  const { cooldownMs, timeoutMs } = api4ai;
  const times = { cooldownMs, leaseMs: timeoutMs + PROBE_MARGIN_MS };
  const name = `api4ai:${new URL(api4ai.url).host}`;
  const shared = new PostgresCircuit(service, name, times);
  return new GuardedRemover(
    new Api4ai(api4ai),
    new FallbackCircuit(shared, new MemoryCircuit(times)),
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
    return fetch(input, {
      ...init,
      signal: init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout,
    });
  };
}
