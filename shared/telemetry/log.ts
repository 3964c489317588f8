import { LineBudget, type LogLevel } from "./line_budget.ts";
import { currentRequest } from "./trace/current_request.ts";

/** Longest line, in characters: hosted Supabase drops longer ones. */
const MAX_CHARACTERS = 10_000;

/** Lengths to which the texts of a line that is too long are cut, in characters: the first one that suffices. */
const CUTS = [2_000, 500, 100, 20];

const budget = new LineBudget(() => performance.now());

/**
 * Logs an event as one line of JSON: `{level, event, request_id?, trace_id?, ...}`. The ids are those of the current
 * request. It does not throw.
 *
 * The hosted platform accepts lines of at most 10,000 characters, and at most 100 lines of an isolate in 10 s. Longer texts
 * are cut (`"truncated": true`). If there are too many lines, the least important ones are dropped; the next line after the
 * window follows `log_lines_dropped`, which counts them. (A timer would report sooner, and keep the isolate busy.)
 *
 * @param level The importance.
 * @param event A stable name, in snake_case.
 * @param fields More facts, without secrets; a field that is `undefined` is left out.
 */
export function log(level: LogLevel, event: string, fields: Record<string, unknown> = {}): void {
  const dropped = budget.takeDropped();
  if (dropped) write("warn", "log_lines_dropped", { ...dropped });
  if (budget.take(level)) write(level, event, fields);
}

function write(level: LogLevel, event: string, fields: Record<string, unknown>): void {
  console[level](logLine(level, event, fields));
}

/** The line of an event; see {@linkcode log}. */
export function logLine(level: LogLevel, event: string, fields: Record<string, unknown>): string {
  const request = currentRequest();
  const ids = { request_id: request?.requestId, trace_id: request?.trace.traceId };
  const head = { level, event, ...ids };
  const line = textOf({ ...head, ...fields });
  if (line !== undefined && line.length <= MAX_CHARACTERS) return line;
  for (const maxLength of CUTS) {
    const cut = Object.entries(fields).map(([name, value]) => [name, shortened(value, maxLength)]);
    const shorter = textOf({ ...head, ...Object.fromEntries(cut), truncated: true });
    if (shorter !== undefined && shorter.length <= MAX_CHARACTERS) return shorter;
  }
  return JSON.stringify({ ...head, truncated: true });
}

/** Cuts a long text, and the JSON of a value that is long. */
function shortened(value: unknown, maxLength: number): unknown {
  const json = textOf(value);
  if (json !== undefined && json.length <= maxLength) return value;
  const text = typeof value === "string" ? value : json ?? String(value);
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}...`;
}

/** Serializes a value; `undefined` for one that JSON cannot express, such as a cycle. */
function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** The first line of an error, at most 300 characters: upstream text for the log. */
export function firstLine(error: unknown): string {
  return String(error).split("\n")[0].slice(0, 300);
}
