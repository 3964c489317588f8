import type { Config } from "../config.ts";
import type { AuthDeps } from "../http/auth/authenticate.ts";
import type { InternalSigner } from "../http/internal_signer.ts";
import type { Admission } from "../isolate/admission.ts";
import type { Shutdown } from "../isolate/shutdown.ts";
import type { SupabaseClient } from "../storage/supabase_client.ts";
import type { IsolateMetrics } from "../telemetry/metrics/isolate_metrics.ts";
import type { RunStore } from "../telemetry/metrics/run_store.ts";

/** The services from which those for each kind of request are built. */
export interface Core {
  config: Config;
  admission: Admission;
  auth: AuthDeps;
  signer: InternalSigner;
  shutdown: Shutdown;
  /** A Supabase client with the service's key. */
  service: SupabaseClient;
  /** Counts of this isolate's answers. */
  isolateMetrics: IsolateMetrics;
  runStore: RunStore;
}
