import type { SupabaseClient } from "../../storage/supabase_client.ts";
import type { Config } from "../../config.ts";
import { log } from "../../telemetry/log.ts";
import { LegacyClient } from "./legacy_client.ts";
import { Rollout } from "./rollout.ts";
import { SettingsCache } from "./settings_cache.ts";
import { readStoredSettings } from "./stored_settings.ts";

/** The log message for rollout settings that refer to a legacy service that is not configured. */
const WITHOUT_LEGACY = "LEGACY_PROCESSOR_URL is not set: every photo is processed by the new " +
  "pipeline, although ROLLOUT_PERCENT, USE_NEW_PIPELINE or SHADOW_PERCENT say otherwise.";

/**
 * Creates the rollout, which replaces a legacy service.
 *
 * @returns `undefined` without a legacy service; the new pipeline then processes every photo.
 */
export function createRollout(
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
