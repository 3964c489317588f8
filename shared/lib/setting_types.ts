import { z } from "zod";

/** A URL, without a trailing slash. */
export const address = z.url({ protocol: /^https?$/, error: "an http or https address" })
  .transform((url) => url.replace(/\/+$/, ""));
/** A whole number within bounds, both included. */
export const integer = (min: number, max: number, unit: string) => {
  const error = `a whole number of ${unit} between ${min} and ${max}`;
  return z.string().regex(/^\d+$/, { error }).transform(Number).refine(
    (n) => n >= min && n <= max,
    {
      error,
    },
  );
};
/** Yes or no. */
export const yesOrNo = z.enum(["true", "false"], { error: "true or false" })
  .transform((text) => text === "true");
/** A comma-separated list of at least one text. */
export const list = (what: string) =>
  z.string().transform((text) => text.split(",").map((part) => part.trim()).filter(Boolean))
    .refine((parts) => parts.length > 0, { error: `a comma-separated list of ${what}` });
/** JSON that matches a schema. */
export const json = <T extends z.ZodType>(schema: T, error: string) =>
  z.string().transform((text, context) => {
    const parsed = schema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data as z.output<T>;
    context.addIssue({ code: "custom", message: error });
    return z.NEVER;
  });
/** A secret. */
export const key = z.string().min(1, { error: "a key" });
/** A secret that others could guess if it were short. */
export const signingSecret = z.string().min(16, { error: "a secret of at least 16 characters" });
/** A JSON object that maps names to secrets. */
export const namedKeys = json(
  z.record(z.string(), key).refine((keys) => Object.keys(keys).length > 0),
  'a JSON object of named keys, such as {"default":"sb_..."}',
);
/** A list of JSON Web Keys. */
export const jwkList = z.array(z.looseObject({ kty: z.string() })).max(100);
const bucketName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;
/** The name of a bucket. */
export const bucket = z.string().regex(bucketName, {
  error: "a bucket name (letters, digits, '.', '_', '-')",
});
/** The name of a service that cuts out photos. Answers use the reserved names for photos that no service has cut out. */
export const providerId = z.string().regex(/^(?!(?:none|own_alpha)$)[a-z][a-z0-9_]{0,31}$/, {
  error: "1 to 32 lower-case letters, digits and '_', except none and own_alpha",
});
/** A comma-separated list of bucket names. */
export const buckets = list("bucket names").refine(
  (names) => names.every((name) => bucketName.test(name)),
  {
    error: "a comma-separated list of bucket names (letters, digits, '.', '_', '-')",
  },
);

/** HTTP headers in OpenTelemetry's form: `name=value`, separated by commas. */
export const headerList = z.string().transform((text, context) => {
  const headers = parseHeaders(text);
  if (headers) return headers;
  const message = "headers as name=value, separated by commas, values percent-encoded";
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

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
