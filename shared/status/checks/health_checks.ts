import type { SupabaseClient } from "../../storage/supabase_client.ts";
import type { Config } from "../../config.ts";
import { checkApi4ai } from "./check_api4ai.ts";
import { checkEngines } from "./check_engines.ts";
import { checkBucket, checkDatabase } from "./check_supabase.ts";
import type { HealthCheck } from "./run_checks.ts";

/** Creates the checks of deep health. API4.ai is optional: without it, photos are processed with a warning. */
export function createHealthChecks(config: Config, service: SupabaseClient): HealthCheck[] {
  const { storage, api4ai } = config;
  return [
    { name: "image_engine", needed: true, run: checkEngines },
    { name: "storage", needed: true, run: () => checkBucket(service, storage.bucket) },
    { name: "database", needed: true, run: () => checkDatabase(service) },
    { name: "api4ai", needed: false, run: (signal) => checkApi4ai(api4ai, signal) },
  ];
}
