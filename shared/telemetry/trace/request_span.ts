import { afterResponse } from "../after_response.ts";
import type { CurrentRequest } from "./current_request.ts";
import type { RequestSpan } from "./otlp_payload.ts";

/** Sends a request's spans. It does not throw. */
export type SendSpan = (span: RequestSpan) => Promise<void>;

/**
 * Begins a request's span. Those that the caller does not want recorded have none, and neither has the health check:
 * it is asked all the time.
 *
 * @param request The request.
 * @param asked Its method and path.
 * @param send Sends it, after the answer.
 * @returns What ends it, with the status that is answered.
 */
export function startRequestSpan(
  request: CurrentRequest,
  { method, path }: { method: string; path: string },
  send: SendSpan,
): ((status: number) => void) | undefined {
  if (!request.trace.sampled || path.endsWith("/health")) return undefined;
  const startedAt = new Date();
  const from = performance.now();
  return (status) => {
    const durationMs = performance.now() - from;
    const span = { ...request, method, path, status, startedAt, durationMs };
    // The answer first: a turn of the event loop, and it is on its way.
    afterResponse(new Promise<void>((go) => setTimeout(go)).then(() => send(span)));
  };
}
