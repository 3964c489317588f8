import type { SupabaseClient } from "../../storage/supabase_client.ts";
import { z } from "zod";
import { onFirstUse } from "../../lib/on_first_use.ts";
import type { StoredSettings } from "./settings_cache.ts";

/** The database's row. */
const rowSchema = onFirstUse(() => {
  const percent = z.int().min(0).max(100).nullable();
  return z.object({
    percent,
    use_new_pipeline: z.boolean().nullable(),
    shadow_percent: percent,
  });
});

/**
 * Reads the rollout's settings for all isolates: the single row of `rollout_settings`.
 *
 * @param client A client with the service's key; its `fetch` bounds the call.
 * @returns The stored settings, or `null` if there is no row.
 * @throws {Error} if the database cannot be reached, or returns an invalid row
 */
export async function readStoredSettings(client: SupabaseClient): Promise<StoredSettings | null> {
  const row = rowSchema();
  const columns = Object.keys(row.shape).join(", ");
  const { data, error } = await client.from("rollout_settings").select(columns).limit(1);
  if (error) throw new Error(`rollout_settings: ${error.code} ${error.message}`);
  const [stored] = z.array(row).max(1).parse(data);
  return stored
    ? {
      percent: stored.percent,
      useNewPipeline: stored.use_new_pipeline,
      shadowPercent: stored.shadow_percent,
    }
    : null;
}
