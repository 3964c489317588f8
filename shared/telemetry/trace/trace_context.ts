import { randomBytes } from "node:crypto";

/** A request's place in a trace that may span several services: W3C Trace Context, level 1. */
export interface TraceContext {
  /** 32 lower-case hex digits, the same in every service. */
  readonly traceId: string;
  /** This request's own span: 16 lower-case hex digits. */
  readonly spanId: string;
  /** The caller's span; `null` where the trace begins here. */
  readonly parentSpanId: string | null;
  /** Whether the span is to be recorded. */
  readonly sampled: boolean;
  /** The `tracestate` of other tracing systems; `null` if there is none. */
  readonly state: string | null;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ALL_ZEROS = /^0+$/;

/** Bound on the entries of a `tracestate`: more make it invalid. */
const MAX_ENTRIES = 32;

/** Bound on the characters of a `tracestate`: more make it invalid. The specification requires only 512. */
const MAX_STATE = 8 << 10;

const KEY = "(?:[a-z][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})";
/** Printable characters except "," and "="; the last one is not a space. */
const VALUE = "[\\x20-\\x2b\\x2d-\\x3c\\x3e-\\x7e]{0,255}[\\x21-\\x2b\\x2d-\\x3c\\x3e-\\x7e]";
const ENTRY = new RegExp(`^${KEY}=${VALUE}$`);

/**
 * Continues a request's trace with a new span. A `traceparent` that violates the specification is dropped together with
 * its `tracestate`, and a new trace begins.
 *
 * @param headers The request's headers.
 * @param sampleNew Whether to record a trace that begins here.
 */
export function traceOf(headers: Headers, sampleNew: boolean): TraceContext {
  const spanId = randomHex(8);
  const parent = parse(headers.get("traceparent") ?? "");
  if (!parent) {
    return { traceId: randomHex(16), spanId, parentSpanId: null, sampled: sampleNew, state: null };
  }
  return { ...parent, spanId, state: stateOf(headers.get("tracestate")) };
}

/**
 * Returns the headers that continue the trace in a call made for the request. The call's parent is the request's span.
 *
 * @param trace The request's trace.
 */
export function traceHeaders(trace: TraceContext): Record<string, string> {
  const traceparent = `00-${trace.traceId}-${trace.spanId}-${trace.sampled ? "01" : "00"}`;
  return trace.state === null ? { traceparent } : { traceparent, tracestate: trace.state };
}

function parse(
  traceparent: string,
): Pick<TraceContext, "traceId" | "parentSpanId" | "sampled"> | undefined {
  const [, version, traceId, parentSpanId, flags, more] = TRACEPARENT.exec(traceparent) ?? [];
  // Later versions may add fields at the end; this one has none.
  if (version === undefined || version === "ff" || (version === "00" && more !== undefined)) {
    return undefined;
  }
  if (ALL_ZEROS.test(traceId) || ALL_ZEROS.test(parentSpanId)) return undefined;
  return { traceId, parentSpanId, sampled: (parseInt(flags, 16) & 1) === 1 };
}

/** Returns the entries of a `tracestate` without spaces and empty entries; `null` if an entry is not valid. */
function stateOf(header: string | null): string | null {
  if (header === null || header.length > MAX_STATE) return null;
  const entries = header.split(",").map(withoutMargins).filter(Boolean);
  if (entries.length === 0 || entries.length > MAX_ENTRIES) return null;
  const keys = new Set(entries.map((entry) => entry.split("=", 1)[0]));
  const isValid = keys.size === entries.length && entries.every((entry) => ENTRY.test(entry));
  return isValid ? entries.join(",") : null;
}

/** Trims spaces and tabs. A pattern anchored only at the end would retry at each of them: 19 s for 200 kB. */
function withoutMargins(entry: string): string {
  const isMargin = (at: number) => entry[at] === " " || entry[at] === "\t";
  let [from, to] = [0, entry.length];
  while (from < to && isMargin(from)) from++;
  while (to > from && isMargin(to - 1)) to--;
  return entry.slice(from, to);
}

function randomHex(bytes: number): string {
  return randomBytes(bytes).toString("hex");
}
