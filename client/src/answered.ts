import { aborted, ProcessImageError } from "./process_image_error.ts";

/** The outcome of every call, in the shape of supabase-js: exactly one of the two is `null`. */
export type Answered<T> = { data: T; error: null } | { data: null; error: ProcessImageError };

/**
 * Runs a call and returns its failure instead of throwing it.
 *
 * @param signal The caller's. Any failure after its abort counts as `aborted`.
 * @param run The call.
 * @throws {unknown} Any error that is not a {@linkcode ProcessImageError}
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
