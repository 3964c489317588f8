import type { z } from "zod";

/** One thing wrong with an input: where, what was expected, what came. */
export interface InputIssue {
  /** Dotted path of the field, such as `options.padding`; empty for the input as a whole. */
  field: string;
  /** What the field takes, in words. */
  expected: string;
  /** What came, shortened, as JSON. */
  received: string;
}

/**
 * Puts the first issue of a failed zod check into the house's one shape.
 *
 * @param error The failed check; schemas give their expectation as the issue's message ("integer between 0 and 1000").
 * @param input The value that was checked.
 * @returns Field, expectation and what came. The received value is shortened to 60 characters.
 */
export function describeIssue(error: z.ZodError, input: unknown): InputIssue {
  const issue = error.issues[0];
  if (issue.code === "unrecognized_keys") {
    const path = [...issue.path, issue.keys[0]];
    return { field: path.join("."), expected: "no such field", received: show(at(input, path)) };
  }
  return {
    field: issue.path.join("."),
    expected: issue.message,
    received: show(at(input, issue.path)),
  };
}

/** Renders an {@linkcode InputIssue} as a sentence: "Expected X for Y but received Z of type T". */
export function issueSentence(issue: InputIssue): string {
  return `Expected ${issue.expected} for ${
    issue.field || "the input"
  } but received ${issue.received}.`;
}

function at(input: unknown, path: PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  const type = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  return `${short} of type ${type}`;
}
