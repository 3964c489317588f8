import { AppError } from "../errors.ts";
import { log } from "../telemetry/log.ts";

/**
 * Turns anything thrown into the error for the caller. Logs unexpected errors.
 *
 * @param thrown The thrown value.
 * @param signal Aborted when the caller disconnects.
 */
export function asAppError(thrown: unknown, signal: AbortSignal): AppError {
  if (thrown instanceof AppError) return thrown;
  if (signal.aborted) {
    log("info", "aborted");
    return new AppError("request_aborted", "The caller disconnected.", { cause: thrown });
  }
  const text = thrown instanceof Error ? thrown.stack ?? String(thrown) : String(thrown);
  log("error", "failed", { error: text });
  const message = "The function failed unexpectedly. Report the request_id.";
  return new AppError("internal_error", message, { cause: thrown });
}
