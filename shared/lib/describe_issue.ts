import type { z } from "zod";

/** Maximum number of characters that are shown of a value and of a field's name. */
const MAX_SHOWN = 60;
const MAX_NAME = 100;

/** The expectation of an unknown field. */
const NO_FIELD = "no such field";

/** An error in an input: the field, the expected and the received value. */
export interface InputIssue {
  /** Dotted path of the field, such as `options.padding`; empty for the input as a whole. */
  field: string;
  /** A description of the accepted values. */
  expected: string;
  /** The received value, as shortened JSON. */
  received: string;
}

/**
 * Converts the first issue of a failed zod check to an {@linkcode InputIssue}.
 *
 * @param error The failed check; schemas put their expectation into the issue's message ("a whole number between 0 and 1000").
 * @param input The checked value.
 * @returns The field, the expectation and the received value, shortened to 60 characters.
 */
export function describeIssue(error: z.ZodError, input: unknown): InputIssue {
  const issue = within(error.issues[0]);
  if (issue.code === "unrecognized_keys") {
    const path = [...issue.path, issue.keys[0]];
    return { field: fieldOf(path), expected: NO_FIELD, received: show(at(input, path)) };
  }
  return {
    field: fieldOf(issue.path),
    expected: issue.message,
    received: show(at(input, issue.path)),
  };
}

/**
 * Renders an {@linkcode InputIssue} as a sentence: "Expected X for Y but received Z of type T", or, for an unknown field,
 * how to mend the request.
 */
export function issueSentence(issue: InputIssue): string {
  if (issue.expected === NO_FIELD) {
    return `There is no field ${issue.field}. Remove it, or correct its name or its place.`;
  }
  return `Expected ${issue.expected} for ${
    issue.field || "the input"
  } but received ${issue.received}.`;
}

/**
 * Finds the issue of a union's branch that the value is meant for: the only branch whose type the value has, or of several the
 * one without unknown fields. Otherwise the issue is that of the union.
 */
function within(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== "invalid_union") return issue;
  const isUnknownField = ({ code, path }: z.core.$ZodIssue) =>
    code === "unrecognized_keys" && path.length === 0;
  const meant = issue.errors.filter(([first]) =>
    first && (first.path.length > 0 || isUnknownField(first))
  );
  const known = meant.filter((branch) => !branch.some(isUnknownField));
  const [branch] = meant.length === 1 ? meant : known.length === 1 ? known : [];
  if (!branch) return issue;
  const inner = within(branch[0]);
  return { ...inner, path: [...issue.path, ...inner.path] };
}

function fieldOf(path: PropertyKey[]): string {
  return path.map((key) => shortened(String(key), MAX_NAME)).join(".");
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
  const short = shortened(beginning(value, MAX_SHOWN), MAX_SHOWN);
  const type = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  return `${short} of type ${type}`;
}

function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 3)}...` : text;
}

/**
 * Serializes the beginning of a value. The value may be large, or too deep for `JSON.stringify`.
 *
 * @param value A value from JSON, a form or a query.
 * @param most Approximate number of characters. The result may be a few longer.
 */
function beginning(value: unknown, most: number): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, most));
  if (typeof value === "number") return String(value); // JSON has no Infinity
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const isArray = Array.isArray(value);
  let text = isArray ? "[" : "{";
  let isFirst = true;
  for (const key in value) {
    if (text.length > most) return text;
    const name = isArray ? "" : `${JSON.stringify(key.slice(0, most))}:`;
    const element = (value as Record<string, unknown>)[key];
    text += `${isFirst ? "" : ","}${name}`;
    text += beginning(element, most - text.length);
    isFirst = false;
  }
  return text + (isArray ? "]" : "}");
}
