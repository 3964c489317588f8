import { fail, type Result } from "../lib/result.ts";
import { asAppError } from "./as_app_error.ts";

/**
 * Runs a step of answering a request: what is thrown is an outcome too, observed and answered as any other.
 *
 * @param step The step.
 * @param request The request.
 */
export async function attempt<T>(
  step: () => Promise<Result<T>>,
  request: Pick<Request, "signal">,
): Promise<Result<T>> {
  try {
    return await step();
  } catch (error) {
    return fail(asAppError(error, request));
  }
}
