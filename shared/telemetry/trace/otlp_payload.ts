import { randomBytes } from "node:crypto";
import type { CurrentRequest, Steps } from "./current_request.ts";

/** An answered request, to export as a span. */
export interface RequestSpan extends CurrentRequest {
  method: string;
  /** The path, without the query, which may contain secrets. */
  path: string;
  /** Status of the answer. */
  status: number;
  /** Time of the request's arrival. */
  startedAt: Date;
  /** Time until the answer, in milliseconds. */
  durationMs: number;
}

/** OpenTelemetry's numbers for a server span, an internal span and a failure. */
const SERVER = 2;
const INTERNAL = 1;
const ERROR = 2;

/** Bound on the exported steps of a request; the pipeline has a dozen. */
const MAX_STEPS = 50;

/**
 * Converts a request and its steps to OTLP's JSON: ids in hex, times as text in nanoseconds since 1970.
 *
 * @param span The request.
 * @param serviceName The spans' `service.name`.
 */
export function spansPayload(span: RequestSpan, serviceName: string): Record<string, unknown> {
  const { trace } = span;
  const endMs = span.startedAt.getTime() + span.durationMs;
  const server = {
    traceId: trace.traceId,
    spanId: trace.spanId,
    ...(trace.parentSpanId && { parentSpanId: trace.parentSpanId }),
    ...(trace.state && { traceState: trace.state }),
    name: `${span.method} ${span.path}`,
    kind: SERVER,
    startTimeUnixNano: nanoseconds(span.startedAt.getTime()),
    endTimeUnixNano: nanoseconds(endMs),
    attributes: [
      text("http.request.method", span.method),
      text("url.path", span.path),
      { key: "http.response.status_code", value: { intValue: String(span.status) } },
      text("process_image.request_id", span.requestId),
      ...(span.status >= 500 ? [text("error.type", String(span.status))] : []),
    ],
    ...(span.status >= 500 && { status: { code: ERROR } }),
  };
  const steps = span.steps ? stepSpans(span, span.steps, endMs) : [];
  return {
    resourceSpans: [{
      resource: { attributes: [text("service.name", serviceName)] },
      scopeSpans: [{ scope: { name: "process-image" }, spans: [server, ...steps] }],
    }],
  };
}

function stepSpans({ trace }: RequestSpan, { startedAt, spans }: Steps, endMs: number): unknown[] {
  return spans.slice(0, MAX_STEPS).map(({ name, startMs, durationMs }) => {
    const from = startedAt.getTime() + startMs;
    return {
      traceId: trace.traceId,
      spanId: randomBytes(8).toString("hex"),
      parentSpanId: trace.spanId,
      name,
      kind: INTERNAL,
      startTimeUnixNano: nanoseconds(from),
      // Both starts have millisecond precision only: the bound keeps a step from ending after its request.
      endTimeUnixNano: nanoseconds(Math.max(from, Math.min(from + durationMs, endMs))),
    };
  });
}

/** Converts fractional milliseconds to nanoseconds, as text: a number does not have enough digits. */
function nanoseconds(ms: number): string {
  const wholeMs = Math.floor(ms);
  return String(BigInt(wholeMs) * 1_000_000n + BigInt(Math.round((ms - wholeMs) * 1e6)));
}

function text(key: string, value: string): { key: string; value: { stringValue: string } } {
  return { key, value: { stringValue: value } };
}
