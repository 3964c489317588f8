import type { z } from "zod";
import { describeIssue, issueSentence } from "../lib/describe_issue.ts";
import { AppError } from "../errors.ts";
import { type BoundedJson, type JsonBounds, parseBounded } from "../lib/json/parse_bounded.ts";
import { fail, ok, type Result } from "../lib/result.ts";

/** Bounds on a request's JSON without its photo. The longest settings take some 9 kB and 40 values. */
export const SETTINGS_BOUNDS: JsonBounds = { maxBytes: 64 << 10, maxValues: 1_000 };

/**
 * Stops at the first issue: making one for each of 500 items takes 30 ms. This is an internal setting of zod,
 * whose version is pinned.
 */
const FIRST_ONLY:
  & z.core.ParseContext<z.core.$ZodIssue>
  & Pick<z.core.ParseContextInternal, "abortEarly"> = { abortEarly: true };

/**
 * Parses a caller's JSON.
 *
 * @param bytes The JSON.
 * @param bounds Bounds on the JSON.
 * @param what The beginning of the error message.
 * @returns The parsed value, or `invalid_json`, `body_too_large`, `invalid_request`.
 */
export function parseJson(
  bytes: Uint8Array<ArrayBuffer>,
  bounds: JsonBounds,
  what: string,
): Result<unknown> {
  const json = parseBounded(bytes, bounds);
  return json.ok ? ok(json.value) : fail(jsonError(json, bounds, what));
}

/** Makes the error for JSON that is not accepted. */
export function jsonError(
  { fault, cause }: Extract<BoundedJson, { ok: false }>,
  { maxBytes, maxValues }: JsonBounds,
  what: string,
): AppError {
  if (fault === "invalid") {
    return new AppError("invalid_json", `${what} is not valid JSON.`, { cause });
  }
  if (fault === "too_large") {
    const message = `${what} is larger than ${maxBytes} bytes. Send less JSON.`;
    return new AppError("body_too_large", message, { details: { max_bytes: maxBytes } });
  }
  const expected = fault === "too_deep" ? "JSON with fewer levels" : `at most ${maxValues} values`;
  const details = { field: "", expected, received: "more" };
  const name = what[0].toLowerCase() + what.slice(1);
  const message = `Expected ${expected} for ${name} but received more.`;
  return new AppError("invalid_request", message, { details });
}

/**
 * Checks a caller's input. @returns The parsed value, or `invalid_options` or `invalid_request` for the first
 * wrong field.
 */
export function check<T extends z.ZodType>(schema: T, input: unknown): Result<z.output<T>> {
  const parsed = schema.safeParse(input, FIRST_ONLY);
  if (parsed.success) return ok(parsed.data);
  const issue = describeIssue(parsed.error, input);
  const code = /^(items\.\d+\.)?options($|\.)/.test(issue.field)
    ? "invalid_options"
    : "invalid_request";
  return fail(new AppError(code, issueSentence(issue), { details: { ...issue } }));
}
