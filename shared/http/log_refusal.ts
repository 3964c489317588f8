import type { AppError } from "../errors.ts";
import { firstLine, log } from "../telemetry/log.ts";

/** Codes that say of themselves, in a line of their own, what has happened. */
const TOLD = new Set(["request_aborted", "internal_error"]);

/** Tells the log that a request was refused, and why: the cause is upstream text, kept to its first line. */
export function logRefusal({ code, status, cause }: AppError): void {
  if (TOLD.has(code)) return;
  const why = cause === undefined ? undefined : firstLine(cause);
  log("warn", "refused", { code, status, cause: why });
}
