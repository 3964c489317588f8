import { fail, type Result } from "../lib/result.ts";
import { asAppError } from "./as_app_error.ts";

/**
 * Runs work that returns a result, and turns anything that it throws into an error.
 *
 * @param work The work.
 * @param signal Aborted when the caller disconnects.
 */
export async function attempt<T>(
  work: () => Promise<Result<T>>,
  signal: AbortSignal,
): Promise<Result<T>> {
  try {
    return await work();
  } catch (thrown) {
    return fail(asAppError(thrown, signal));
  }
}
