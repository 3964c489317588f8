import type { StoragePath } from "@process-image/client";
import type { SupabaseClient } from "@supabase/supabase-js";

const BUCKET = "car-originals";

/** Finds the original of a photo: its path is the photo's hash and an extension. `null` if Storage does not have it. */
export async function originalOf(
  supabase: SupabaseClient,
  hash: string,
): Promise<StoragePath | null> {
  const { data } = await supabase.storage.from(BUCKET).list("", {
    search: hash,
    limit: 1,
  });
  return data?.[0] ? { bucket: BUCKET, path: data[0].name } : null;
}
