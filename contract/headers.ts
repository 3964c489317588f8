import type { JsonObject } from "./json.ts";

const header = (description: string, schema: JsonObject, example: string | number): JsonObject => ({
  description,
  required: true,
  schema,
  example,
});

const text = { type: "string" };

/** The document's headers of answers. */
export const HEADERS = {
  "x-request-id": header(
    "Id of the request: the `x-request-id` of the request, or a new one if that is not valid.",
    text,
    "79c0693b-fd54-4683-8750-c3a16410b693",
  ),
  "server-timing": header(
    "Wall time of each step in milliseconds, as in `metadata.timings_ms`. The last one is `total`.",
    text,
    "auth;dur=4, body;dur=26, decode;dur=69, total;dur=1063",
  ),
  "retry-after": header(
    "Seconds to wait before the same request is sent again. Present if `retryable` is true.",
    { type: "integer", minimum: 1 },
    5,
  ),
  "www-authenticate": header("The authentication scheme.", text, "Bearer"),
  allow: header("The methods that the path supports.", text, "POST, OPTIONS"),
  location: header(
    "URL of the batch's state.",
    { type: "string", format: "uri" },
    "https://abcdefghijklmnopqrst.supabase.co/functions/v1/process-image/batch/0b7c2c34-6f6a-4d5f-9a39-0c9b0a8f2f11",
  ),
  "cache-control": header("How long the answer may be cached.", text, "no-store"),
  vary: header("Request headers that the answer depends on.", text, "Accept"),
  etag: header(
    "Version of the answer, for `If-None-Match`.",
    text,
    '"1a2b3c"',
  ),
  "sb-error-code": header(
    "Error code of the platform, if the platform answers in place of the function.",
    text,
    "WORKER_LIMIT",
  ),
} satisfies Record<string, JsonObject>;

/** The name of a header, with a question mark if it is optional. */
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
