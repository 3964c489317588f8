import { type Answered, answered } from "./answered.ts";
import type { BatchCallOptions } from "./batches.ts";
import { callFunction } from "./call_function.ts";
import { retrying } from "./retrying.ts";
import type { SupabaseLike } from "./supabase_like.ts";
import type { Deleted, PhotoToDelete } from "./types.ts";

/** Options of {@linkcode deletePhotos}. */
export type DeletePhotosOptions = BatchCallOptions;

/**
 * Deletes up to 50 photos, each with its cached cutouts, its results with all options, and its original.
 *
 * @param photos The hash of each photo's file, which the URLs of its results contain, or the path of its original.
 * @returns What was deleted of each photo.
 * @example
 * ```ts
 * const { data, error } = await deletePhotos(supabase, [
 *   { storage_path: { bucket: "car-originals", path: "stock/a.jpg" } },
 * ]);
 * ```
 */
export function deletePhotos(
  supabase: SupabaseLike,
  photos: readonly PhotoToDelete[],
  { signal, retry, functionName = "process-image" }: DeletePhotosOptions = {},
): Promise<Answered<Deleted>> {
  const run = () =>
    callFunction<Deleted>(supabase, `${functionName}/delete`, { body: { photos }, signal });
  return answered(signal, () => retrying(run, { ...retry, signal }));
}
