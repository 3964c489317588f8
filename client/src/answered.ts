import { aborted, ProcessImageError } from "./process_image_error.ts";

/** What every call comes to, as supabase-js words it: exactly one of the two is `null`. */
export type Answered<T> = { data: T; error: null } | { data: null; error: ProcessImageError };

/**
 * Runs a call and tells its failure instead of throwing it.
 *
 * @param signal The caller's: whatever fails once it is aborted was aborted.
 * @param run The call.
 */
export async function answered<T>(
  signal: AbortSignal | undefined,
  run: () => Promise<T>,
): Promise<Answered<T>> {
  try {
    if (signal?.aborted) throw aborted(signal);
    return { data: await run(), error: null };
  } catch (thrown) {
    if (thrown instanceof ProcessImageError) return { data: null, error: thrown };
    if (signal?.aborted) return { data: null, error: aborted(signal) };
    throw thrown;
  }
}
