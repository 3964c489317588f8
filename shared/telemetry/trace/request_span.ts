import { afterResponse } from "../after_response.ts";
import type { CurrentRequest } from "./current_request.ts";
import type { RequestSpan } from "./otlp_payload.ts";

/** Sends a request's spans. It does not throw. */
export type SendSpan = (span: RequestSpan) => Promise<void>;

/**
 * Begins a request's span. Requests whose trace is not sampled have no span, and neither have the frequent health checks.
 *
 * @param request The request.
 * @param asked Its method and path.
 * @param send Sends the span, after the answer.
 * @returns A function that ends the span, with the status of the answer.
 */
export function startRequestSpan(
  request: CurrentRequest,
  { method, path }: { method: string; path: string },
  send: SendSpan,
): ((status: number) => void) | undefined {
  if (!request.trace.sampled || path.endsWith("/health")) return undefined;
  const startedAt = request.steps?.startedAt ?? new Date();
  const from = performance.now();
  return (status) => {
    const durationMs = performance.now() - from;
    const span = { ...request, method, path, status, startedAt, durationMs };
    // Waits one turn of the event loop, so that the answer leaves first.
    afterResponse(new Promise<void>((go) => setTimeout(go)).then(() => send(span)));
  };
}
