import type { SupabaseClient } from "./supabase_client.ts";
import { describeFailure } from "./storage_failure.ts";
import { type Attempt, type RetryBounds, withRetries } from "./with_retries.ts";

/** Bound on the entries of a listed page, and on the paths of one removal. */
const PAGE = 1_000;

/**
 * Lists the files below a folder, with those of its subfolders.
 *
 * @param client A client that may list the bucket.
 * @param folder Hashes and fixed names only, since supabase-js does not encode it.
 * @param pageSize Bound on the entries of one call. @default 1000
 */
export async function filesBelow(
  client: SupabaseClient,
  bucket: string,
  folder: string,
  bounds: RetryBounds,
  pageSize = PAGE,
): Promise<Attempt<string[]>> {
  const paths: string[] = [];
  for (let offset = 0;; offset += pageSize) {
    const page = await withRetries(async () => {
      const sortBy = { column: "name", order: "asc" };
      const { data, error } = await client.storage.from(bucket)
        .list(folder, { limit: pageSize, offset, sortBy });
      return error ? { ok: false, failure: describeFailure(error) } : { ok: true, value: data };
    }, bounds);
    if (!page.ok) return page;
    for (const { id, name } of page.value) {
      // The local Storage lists whole paths of files.
      const path = `${folder}/${name.slice(name.lastIndexOf("/") + 1)}`;
      if (id !== null) {
        paths.push(path);
        continue;
      }
      const inner = await filesBelow(client, bucket, path, bounds, pageSize);
      if (!inner.ok) return inner;
      paths.push(...inner.value);
    }
    if (page.value.length < pageSize) return { ok: true, value: paths };
  }
}

/**
 * Removes files. Files that do not exist are no failure.
 *
 * @param client A client with the rights to remove them; row-level security hides all others.
 * @param paths The files' paths, as they are.
 * @returns The paths of the files that were removed.
 */
export async function removeFiles(
  client: SupabaseClient,
  bucket: string,
  paths: readonly string[],
  bounds: RetryBounds,
): Promise<Attempt<string[]>> {
  const removed: string[] = [];
  for (let from = 0; from < paths.length; from += PAGE) {
    const some = paths.slice(from, from + PAGE);
    const call = await withRetries(async () => {
      const { data, error } = await client.storage.from(bucket).remove(some);
      return error
        ? { ok: false, failure: describeFailure(error) }
        : { ok: true, value: data.map(({ name }) => name) };
    }, bounds);
    if (!call.ok) return call;
    removed.push(...call.value);
  }
  return { ok: true, value: removed };
}
