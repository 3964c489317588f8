import type { SupabaseClient } from "../storage/supabase_client.ts";
import type { Config } from "../config.ts";
import { CutoutStore } from "../storage/cutout_store.ts";
import type { Api4aiMode } from "../settings.ts";
import { Api4ai } from "./api4ai.ts";
import { CachedRemover } from "./cached_remover.ts";
import { FallbackCircuit } from "./circuit/fallback_circuit.ts";
import { MemoryCircuit } from "./circuit/memory_circuit.ts";
import { PostgresCircuit } from "./circuit/postgres_circuit.ts";
import { GuardedRemover } from "./guarded_remover.ts";
import { providerAt } from "./provider.ts";

/** Extra time for one try of background removal beyond its own bound, for encoding and reporting, in milliseconds. */
const PROBE_MARGIN_MS = 5_000;

/** The removers, which share a circuit breaker. */
export interface Removers {
  /** Removes backgrounds; unset if API4.ai is not configured. */
  remover?: CachedRemover;
  /** Removes backgrounds and finds licence plates: only API4.ai's `hideclp` modes answer their boxes. */
  plateRemover?: CachedRemover;
}

/** The mode that finds plates, for each configured mode: the same picture, with hidden plates. */
const PLATE_MODES: Readonly<Record<Api4aiMode, Api4aiMode>> = {
  "fg-mask": "fg-image-hideclp",
  "fg-image": "fg-image-hideclp",
  "fg-image-hideclp": "fg-image-hideclp",
  "fg-image-shadow": "fg-image-shadow-hideclp",
  "fg-image-shadow-hideclp": "fg-image-shadow-hideclp",
};

/**
 * Creates the background removers: API4.ai, or the service at `API4AI_URL` in its place, behind a circuit breaker, behind a cache.
 * All isolates share both.
 */
export function createRemovers(
  { api4ai: { url, ...api4ai }, storage: { cutoutBucket, timeoutMs: storageMs } }: Config,
  supabase: SupabaseClient,
): Removers {
  if (url === undefined) return {};
  const { cooldownMs, timeoutMs } = api4ai;
  const times = { cooldownMs, leaseMs: timeoutMs + PROBE_MARGIN_MS };
  const shared = new PostgresCircuit(supabase, `api4ai:${new URL(url).host}`, times);
  const circuit = new FallbackCircuit(shared, new MemoryCircuit(times));
  const cache = cutoutBucket === undefined
    ? undefined
    : new CutoutStore(supabase, cutoutBucket, storageMs);
  const create = (mode: Api4aiMode, forPlates: boolean) => {
    const provider = providerAt(url, api4ai.provider);
    const service = new Api4ai({ ...api4ai, ...provider, url, mode, forPlates });
    return new CachedRemover(new GuardedRemover(service, circuit), cache);
  };
  return {
    remover: create(api4ai.mode, false),
    plateRemover: create(PLATE_MODES[api4ai.mode], true),
  };
}
