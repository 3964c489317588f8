import { AppError } from "../errors.ts";
import { log } from "../telemetry/log.ts";

/**
 * What the caller is told of whatever was thrown, and the log of what nobody foresaw.
 *
 * @param error What was thrown.
 * @param request The request that it was thrown over.
 */
export function asAppError(error: unknown, request: Pick<Request, "signal">): AppError {
  if (error instanceof AppError) return error;
  if (request.signal.aborted) {
    log("info", "aborted");
    return new AppError("request_aborted", "The caller went away.", { cause: error });
  }
  const text = error instanceof Error ? error.stack ?? String(error) : String(error);
  log("error", "failed", { error: text });
  const message = "Something went wrong here. Report the request_id.";
  return new AppError("internal_error", message, { cause: error });
}
