import type { JsonObject } from "./json.ts";

const header = (description: string, schema: JsonObject, example: string | number): JsonObject => ({
  description,
  required: true,
  schema,
  example,
});

const text = { type: "string" };

/** The headers of answers, as the document keeps them: they are there. */
export const HEADERS = {
  "x-request-id": header(
    "The id under which the request is answered and logged: yours, if it is a sane one.",
    text,
    "79c0693b-fd54-4683-8750-c3a16410b693",
  ),
  "server-timing": header(
    "Wall time of each step in milliseconds, as in `metadata.timings_ms`; the last is `total`.",
    text,
    "auth;dur=4, body;dur=26, decode;dur=69, total;dur=1063",
  ),
  "retry-after": header(
    "Seconds after which the same request is worth sending again. There where `retryable` is true.",
    { type: "integer", minimum: 1 },
    5,
  ),
  "www-authenticate": header("How to say who calls.", text, "Bearer"),
  allow: header("The methods that the path takes.", text, "POST, OPTIONS"),
  location: header(
    "Where the batch tells how it is.",
    { type: "string", format: "uri" },
    "https://abcdefghijklmnopqrst.supabase.co/functions/v1/process-image/batch/0b7c2c34-6f6a-4d5f-9a39-0c9b0a8f2f11",
  ),
  "cache-control": header("How long the answer may be kept.", text, "no-store"),
  vary: header("Which of the request's headers decide over the answer.", text, "Accept"),
  etag: header(
    "The version of the answer: as `If-None-Match` it spares sending it again.",
    text,
    '"1a2b3c"',
  ),
  "sb-error-code": header(
    "Why it is the platform that answers, and not the function.",
    text,
    "WORKER_LIMIT",
  ),
} satisfies Record<string, JsonObject>;

/** The name of a header; with a question mark where it need not be there. */
export type HeaderUse = keyof typeof HEADERS | `${keyof typeof HEADERS}?`;

/** The headers of an answer. */
export function headersOf(uses: readonly HeaderUse[]): JsonObject {
  return Object.fromEntries(uses.map((use) => {
    const name = use.replace("?", "") as keyof typeof HEADERS;
    const value: JsonObject = use.endsWith("?")
      ? { ...HEADERS[name], required: false }
      : { $ref: `#/components/headers/${name}` };
    return [name, value];
  }));
}
