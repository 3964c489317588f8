import type { AppError } from "../errors.ts";
import { firstLine, log } from "../telemetry/log.ts";

/** Codes that have a log line of their own. */
const TOLD = new Set(["request_aborted", "internal_error"]);

/** Logs a refused request with its cause, which is upstream text and shortened to its first line. */
export function logRefusal({ code, status, cause }: AppError): void {
  if (TOLD.has(code)) return;
  const why = cause === undefined ? undefined : firstLine(cause);
  log("warn", "refused", { code, status, cause: why });
}
