import type { SettingType } from "./setting.ts";

// The settings are read at each boot, so they do without zod: it takes 15 ms of CPU to load (`bench/COLD.md`).

/** Makes a type of texts that match a pattern. */
const matching = (pattern: RegExp, expected: string): SettingType<string> => ({
  expected,
  parse: (text) => pattern.test(text) ? text : undefined,
});

/** Makes a type that accepts only some values of another type. */
export function where<T>(
  type: SettingType<T>,
  accepts: (value: T) => boolean,
  expected: string,
): SettingType<T> {
  const parse = (text: string): T | undefined => {
    const value = type.parse(text);
    return value !== undefined && accepts(value) ? value : undefined;
  };
  return { expected, parse };
}

/** An http or https URL, without a trailing slash. */
export const address: SettingType<string> = {
  expected: "an http or https address",
  parse: (text) =>
    /^https?:\/\//i.test(text) && URL.canParse(text) ? text.replace(/\/+$/, "") : undefined,
};
/** A whole number within bounds, both included. */
export const integer = (min: number, max: number, unit: string): SettingType<number> => ({
  expected: `a whole number of ${unit} between ${min} and ${max}`,
  parse: (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    return value >= min && value <= max ? value : undefined;
  },
});
/** Yes or no. */
export const yesOrNo: SettingType<boolean> = {
  expected: "true or false",
  parse: (text) => text === "true" ? true : text === "false" ? false : undefined,
};
/** One of some names. */
export const oneOf = <Name extends string>(names: readonly Name[]): SettingType<Name> => ({
  expected: `one of ${names.join(", ")}`,
  parse: (text) => names.find((name) => name === text),
});
/** A text of bounded length. */
export const text = (maxLength: number): SettingType<string> => ({
  expected: `text of at most ${maxLength} characters`,
  parse: (text) => text.length <= maxLength ? text : undefined,
});
/** A comma-separated list of at least one text. */
export const list = (what: string): SettingType<string[]> => ({
  expected: `a comma-separated list of ${what}`,
  parse: (text) => {
    const parts = text.split(",").map((part) => part.trim()).filter(Boolean);
    return parts.length > 0 ? parts : undefined;
  },
});
/** JSON; `read` returns its value, or `undefined` if it is not accepted. */
export const json = <T>(
  read: (value: unknown) => T | undefined,
  expected: string,
): SettingType<T> => ({ expected, parse: (text) => read(parseJson(text)) });
/** A JSON object with any values. */
export const jsonObject = (expected: string): SettingType<Record<string, unknown>> =>
  json((value) => isRecord(value) ? value : undefined, expected);
/** A secret. */
export const key: SettingType<string> = matching(/^[^]/, "a key");
/** A secret that others could guess if it were short. */
export const signingSecret: SettingType<string> = matching(
  /^[^]{16}/,
  "a secret of at least 16 characters",
);
/** A JSON object that maps names to secrets. */
export const namedKeys: SettingType<Record<string, string>> = json((value) => {
  if (!isRecord(value)) return undefined;
  const keys = Object.values(value);
  const isSound = keys.length > 0 && keys.every((one) => typeof one === "string" && one !== "");
  return isSound ? value as Record<string, string> : undefined;
}, 'a JSON object of named keys, such as {"default":"sb_..."}');
/** A JSON Web Key Set, or the list of its keys. */
export const keySet: SettingType<{ keys: JsonWebKey[] }> = json((value) => {
  const keys = isRecord(value) ? value.keys : value;
  const isSound = Array.isArray(keys) && keys.length <= MAX_KEYS &&
    keys.every((one) => isRecord(one) && typeof one.kty === "string");
  return isSound ? { keys } : undefined;
}, 'a JSON Web Key Set, such as {"keys":[...]}');
const MAX_KEYS = 100;
/** The name of a bucket. */
export const bucket: SettingType<string> = matching(
  /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/,
  "a bucket name (letters, digits, '.', '_', '-')",
);
/** The name of a service that cuts out photos. Answers use the reserved names for photos that no service has cut out. */
export const providerId: SettingType<string> = matching(
  /^(?!(?:none|own_alpha)$)[a-z][a-z0-9_]{0,31}$/,
  "1 to 32 lower-case letters, digits and '_', except none and own_alpha",
);
/** A comma-separated list of bucket names. */
export const buckets: SettingType<string[]> = where(
  list("bucket names"),
  (names) => names.every((name) => bucket.parse(name) !== undefined),
  "a comma-separated list of bucket names (letters, digits, '.', '_', '-')",
);

/** HTTP headers in OpenTelemetry's form: `name=value`, separated by commas. */
export const headerList: SettingType<Record<string, string>> = {
  expected: "headers as name=value, separated by commas, values percent-encoded",
  parse: parseHeaders,
};

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Parses OpenTelemetry's form of a list of headers; returns `undefined` if the text is not valid. */
function parseHeaders(text: string): Record<string, string> | undefined {
  try {
    const entries = text.split(",").filter((entry) => entry.trim()).map((entry) => {
      const at = entry.indexOf("=");
      if (at < 0) throw new TypeError("no header");
      return [entry.slice(0, at).trim(), decodeURIComponent(entry.slice(at + 1).trim())];
    });
    return Object.fromEntries(new Headers(entries as [string, string][]));
  } catch {
    return undefined; // an invalid header name or value, or a stray "%"
  }
}
