import type { SupabaseClient } from "@supabase/supabase-js";

/** A cutout that is kept. */
export interface CutoutEntry {
  /** Its path in the bucket. */
  path: string;
  /** Time of the first upload. */
  createdAt: Date;
  bytes: number;
}

/** Number of cutouts that are listed, or removed, in one call. */
const PAGE = 1_000;

/**
 * Lists the cutouts of a bucket, folder by folder, as they come.
 *
 * @param client A client with a secret key.
 * @param bucket The bucket's name.
 * @param pageSize How many a call lists. @default 1000
 * @throws {Error} If Storage cannot be read.
 */
export async function* cutoutEntries(
  client: SupabaseClient,
  bucket: string,
  pageSize = PAGE,
  folder = "",
): AsyncGenerator<CutoutEntry> {
  const sortBy = { column: "name", order: "asc" };
  for (let offset = 0;; offset += pageSize) {
    const { data, error } = await client.storage.from(bucket)
      .list(folder, { limit: pageSize, offset, sortBy });
    if (error) throw new Error(`${bucket}/${folder} cannot be listed: ${error.message}`);
    for (const { id, name, created_at, metadata } of data) {
      const path = folder === "" ? name : `${folder}/${name}`;
      // What has no id is a folder.
      if (id === null) yield* cutoutEntries(client, bucket, pageSize, path);
      else yield { path, createdAt: new Date(created_at!), bytes: Number(metadata?.size ?? 0) };
    }
    if (data.length < pageSize) return;
  }
}

/**
 * Removes cutouts.
 *
 * @param paths Which ones.
 * @param batchSize How many a call removes. @default 1000
 * @returns How many of them were there.
 * @throws {Error} If one call fails; what the calls before it removed is gone.
 */
export async function removeCutouts(
  client: SupabaseClient,
  bucket: string,
  paths: readonly string[],
  batchSize = PAGE,
): Promise<number> {
  let removed = 0;
  for (let from = 0; from < paths.length; from += batchSize) {
    const { data, error } = await client.storage.from(bucket)
      .remove(paths.slice(from, from + batchSize));
    if (error) throw new Error(`${bucket}: ${removed} removed, then it failed: ${error.message}`);
    removed += data.length;
  }
  return removed;
}
