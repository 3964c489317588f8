import type { SupabaseClient } from "@supabase/supabase-js";
import type { Config } from "../config.ts";
import { CutoutStore } from "../storage/cutout_store.ts";
import { Api4ai } from "./api4ai.ts";
import { CachedRemover } from "./cached_remover.ts";
import { FallbackCircuit } from "./circuit/fallback_circuit.ts";
import { MemoryCircuit } from "./circuit/memory_circuit.ts";
import { PostgresCircuit } from "./circuit/postgres_circuit.ts";
import { GuardedRemover } from "./guarded_remover.ts";
import { providerAt } from "./provider.ts";

/** Extra time for one try of background removal beyond its own bound, for encoding and reporting, in milliseconds. */
const PROBE_MARGIN_MS = 5_000;

/**
 * Creates the background remover: API4.ai, or the service at `API4AI_URL` in its place, behind a circuit breaker, behind a cache. All isolates share both.
 *
 * @returns `undefined` if API4.ai is not configured.
 */
export function createRemover(
  { api4ai: { url, ...api4ai }, storage: { cutoutBucket, timeoutMs: storageMs } }: Config,
  service: SupabaseClient,
): CachedRemover | undefined {
  if (url === undefined) return undefined;
  const { cooldownMs, timeoutMs } = api4ai;
  const times = { cooldownMs, leaseMs: timeoutMs + PROBE_MARGIN_MS };
  const shared = new PostgresCircuit(service, `api4ai:${new URL(url).host}`, times);
  const guarded = new GuardedRemover(
    new Api4ai({ ...api4ai, ...providerAt(url, api4ai.provider), url }),
    new FallbackCircuit(shared, new MemoryCircuit(times)),
  );
  return new CachedRemover(
    guarded,
    cutoutBucket === undefined ? undefined : new CutoutStore(service, cutoutBucket, storageMs),
  );
}
