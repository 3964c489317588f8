import type { SupabaseClient } from "./supabase_client.ts";
import { z } from "zod";
import type { SourceRef } from "./source_store.ts";

/** Bound on the call, in milliseconds. */
const TIMEOUT_MS = 8_000;

/**
 * Finds the photos in Storage that are missing or that a caller may not read, in one call. Row-level security decides, as
 * for reading a photo.
 *
 * @param client A client with the caller's own rights, never the service's.
 * @param refs The photos' locations, 500 at most.
 * @returns The unreadable photos' positions in `refs`, from 0, in order.
 * @throws {Error} If the call fails.
 */
export async function unreadableSources(
  client: SupabaseClient,
  refs: readonly SourceRef[],
): Promise<number[]> {
  const name = "process_image_unreadable";
  const objects = refs.map(({ bucket, path }) => ({ bucket, path }));
  const { data, error } = await client.rpc(name, { objects })
    .abortSignal(AbortSignal.timeout(TIMEOUT_MS));
  if (error) throw new Error(`${name} failed: ${error.code} ${error.message}`);
  return z.array(z.int().min(0).max(refs.length - 1)).parse(data);
}
