import { AppError } from "../../errors.ts";
import { SETTINGS_BOUNDS } from "../../http/json_body.ts";
import { parseBounded } from "../../lib/json/parse_bounded.ts";
import { optionsSchema } from "../options.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { settingsSchema } from "./request_schemas.ts";

const OPTION_NAMES = new Set(Object.keys(optionsSchema.shape));
const SETTING_NAMES = new Set(Object.keys(settingsSchema.shape));

/** Settings whose value is text, also if it looks like a number. */
export const TEXT_SETTINGS: ReadonlySet<string> = new Set(["filename", "vehicle_id"]);

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

/** Options whose value can be an object: a query has its JSON text. */
const OBJECT_OPTIONS = new Set(["framing", "background", "plate"]);

/** Parses an option's JSON. Text that is not an object stays as it is. */
function objectValue(text: string): unknown {
  if (!text.startsWith("{")) return text;
  const json = parseBounded(new TextEncoder().encode(text), SETTINGS_BOUNDS);
  return json.ok ? json.value : text;
}

/**
 * Finds a setting in the query of a request whose body holds the settings. The query would be ignored.
 *
 * @param request A request with a form or with JSON.
 * @returns `invalid_request`, or `null` if the query has no setting.
 */
export function settingInQuery({ url }: Request): AppError | null {
  for (const field of new URL(url).searchParams.keys()) {
    if (!OPTION_NAMES.has(field) && !SETTING_NAMES.has(field)) continue;
    const where = OPTION_NAMES.has(field) ? `options.${field}` : field;
    const message =
      `The query's ${field} has no effect with this body. Send it in the body as ${where}.`;
    return new AppError("invalid_request", message, {
      details: { field, expected: `${where} in the body` },
    });
  }
  return null;
}

/** The options that are lists; commas separate their values. */
const LIST_NAMES = new Set(["variants", "require"]);

/** Maximum number of query parameters; the function knows fewer than thirty. */
const MAX_PARAMETERS = 64;

/**
 * Reads the settings of a photo that is sent as bare bytes. The query holds options and other settings side by
 * side; commas separate the values of a list, and an option that is an object has its JSON text.
 *
 * @param query The query.
 * @returns An object for `settingsSchema`, or `invalid_request` for too many or repeated parameters, or
 * `invalid_options` for options in one parameter.
 */
export function settingsOfQuery(query: URLSearchParams): Result<Record<string, unknown>> {
  if (query.size > MAX_PARAMETERS) {
    const expected = `at most ${MAX_PARAMETERS} parameters`;
    const received = String(query.size);
    const message = `Expected ${expected} in the query but received ${received}.`;
    const details = { field: "query", expected, received };
    return fail(new AppError("invalid_request", message, { details }));
  }
  const options: Record<string, unknown> = {};
  const settings: Record<string, unknown> = {};
  for (const [name, text] of query) {
    if (name === "options") return fail(optionsInOne(text));
    if (Object.hasOwn(settings, name) || Object.hasOwn(options, name)) return fail(repeated(name));
    const value = LIST_NAMES.has(name)
      ? listOf(text)
      : TEXT_SETTINGS.has(name)
      ? text
      : OBJECT_OPTIONS.has(name)
      ? objectValue(text)
      : textValue(text);
    (OPTION_NAMES.has(name) ? options : settings)[name] = value;
  }
  return ok({ options, ...settings });
}

/** Splits a list. Clients write an empty list as an empty text. */
function listOf(text: string): string[] {
  return text === "" ? [] : text.split(",", MAX_PARAMETERS);
}

/** Makes the error of a query that has all options in one parameter, as a form and JSON have them in one field. */
function optionsInOne(text: string): AppError {
  const expected = "one parameter for each option, such as padding=20";
  const received = `${JSON.stringify(text.slice(0, 60))} of type string`;
  return new AppError("invalid_options", `Expected ${expected}, in place of options.`, {
    details: { field: "options", expected, received },
  });
}

function repeated(name: string): AppError {
  const field = name.slice(0, 100);
  const message =
    `The query has ${field} several times. Send it once; commas separate the values of a list.`;
  return new AppError("invalid_request", message, { details: { field, expected: "one value" } });
}
