import { randomBytes } from "node:crypto";
import type { CurrentRequest, Steps } from "./current_request.ts";

/** A request that was answered, to be told as a span. */
export interface RequestSpan extends CurrentRequest {
  method: string;
  /** The path, without the query: that may hold what a caller calls secret. */
  path: string;
  /** The status that was answered. */
  status: number;
  /** When it came. */
  startedAt: Date;
  /** How long answering took, in milliseconds. */
  durationMs: number;
}

/** OpenTelemetry's numbers for the side of a call that answers it, for what happens within, and for a failure. */
const SERVER = 2;
const INTERNAL = 1;
const ERROR = 2;

/** A request may have this many steps told, at most; the pipeline has a dozen. */
const MAX_STEPS = 50;

/**
 * A request and its steps as OTLP's JSON: ids in hex, times in nanoseconds since 1970 as text.
 *
 * @param span The request.
 * @param serviceName What it is filed under.
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
      // The two starts are known to the millisecond only: no step shall seem to outlast its request.
      endTimeUnixNano: nanoseconds(Math.max(from, Math.min(from + durationMs, endMs))),
    };
  });
}

/** Milliseconds with fractions, as nanoseconds: more digits than a number has. */
function nanoseconds(ms: number): string {
  const whole = Math.floor(ms);
  return String(BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6)));
}

function text(key: string, value: string): { key: string; value: { stringValue: string } } {
  return { key, value: { stringValue: value } };
}
