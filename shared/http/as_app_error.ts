import { AppError } from "../errors.ts";

/**
 * What the caller is told of whatever was thrown, and the log of what nobody foresaw.
 *
 * @param error What was thrown.
 * @param request The request that it was thrown over.
 * @param requestId The id under which that is logged.
 */
export function asAppError(error: unknown, request: Request, requestId: string): AppError {
  if (error instanceof AppError) return error;
  if (request.signal.aborted) {
    console.info(JSON.stringify({ event: "aborted", request_id: requestId }));
    return new AppError("request_aborted", "The caller went away.", { cause: error });
  }
  const text = error instanceof Error ? error.stack ?? String(error) : String(error);
  console.error(JSON.stringify({ event: "failed", request_id: requestId, error: text }));
  const message = "Something went wrong here. Report the request_id.";
  return new AppError("internal_error", message, { cause: error });
}
