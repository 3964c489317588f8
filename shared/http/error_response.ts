import type { AppError } from "../errors.ts";
import type { Timings } from "../telemetry/timings.ts";
import type { ErrorReply } from "./error_schema.ts";

/** Makes the response for an error. All error responses come from here. */
export function errorResponse(error: AppError, requestId: string, timings?: Timings): Response {
  const { code, message, retryable, details } = error;
  const reply: ErrorReply = {
    success: false,
    error: { code, message, retryable, ...(details && { details }) },
    request_id: requestId,
  };
  const headers = new Headers(error.headers);
  if (error.retryAfterSeconds !== undefined) {
    headers.set("Retry-After", String(error.retryAfterSeconds));
  }
  if (error.status === 401) headers.set("WWW-Authenticate", "Bearer");
  if (timings?.spans.length) headers.set("Server-Timing", timings.toHeader());
  return Response.json(reply, { status: error.status, headers });
}
