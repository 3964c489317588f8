import type { SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import type { SourceRef } from "./source_store.ts";

/** Bound on the call, in milliseconds. */
const TIMEOUT_MS = 8_000;

/**
 * Finds the photos in Storage that a caller may not read, or that are not there, in one call: row-level security decides, as it
 * does when a photo is read.
 *
 * @param client A client with the caller's own rights, never the service's.
 * @param refs Where the photos are, 500 at most.
 * @returns Their positions in `refs`, from 0, in order.
 * @throws {Error} If the database cannot be asked.
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
