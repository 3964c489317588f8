import { AppError } from "../../errors.ts";
import { optionsSchema } from "../options.ts";
import { fail, ok, type Result } from "../../lib/result.ts";

const OPTION_NAMES = new Set(Object.keys(optionsSchema.shape));

/**
 * Converts the text of a query parameter or a form field into the value that it represents. Any other text stays as
 * it is, so that the schema's error message shows the received text.
 *
 * @param text `true`, `false`, a whole number, or anything else.
 */
export function textValue(text: string): string | number | boolean {
  if (text === "true") return true;
  if (text === "false") return false;
  return /^-?\d{1,9}$/.test(text) ? Number(text) : text;
}

/** Maximum number of query parameters; the function knows thirteen. */
const MAX_PARAMETERS = 64;

/**
 * Reads the settings of a photo that is sent as bare bytes. The query holds options and other settings side by
 * side; commas separate the `variants`.
 *
 * @param query The query.
 * @returns An object for `settingsSchema`, or `invalid_request` for too many parameters.
 */
export function settingsOfQuery(query: URLSearchParams): Result<Record<string, unknown>> {
  if (query.size > MAX_PARAMETERS) {
    const expected = `at most ${MAX_PARAMETERS} parameters`;
    const received = String(query.size);
    const message = `Expected ${expected} for the query but received ${received}.`;
    const details = { field: "", expected, received };
    return fail(new AppError("invalid_request", message, { details }));
  }
  const options: Record<string, unknown> = {};
  const settings: Record<string, unknown> = { options };
  for (const [name, text] of query) {
    const value = name === "variants"
      ? text.split(",", MAX_PARAMETERS)
      : name === "filename"
      ? text
      : textValue(text);
    (OPTION_NAMES.has(name) ? options : settings)[name] = value;
  }
  return ok(settings);
}
