import { ERROR_CATALOGUE, type ErrorCode } from "../shared/errors.ts";
import { ERROR_EXAMPLES } from "./error_examples.ts";
import { headersOf, type HeaderUse } from "./headers.ts";
import { type ComponentName, type JsonObject, refOf } from "./json.ts";

/** The id that examples are answered under. */
export const EXAMPLE_ID = "79c0693b-fd54-4683-8750-c3a16410b693";

/** Codes that any operation may answer. */
const ALWAYS: readonly ErrorCode[] = [
  "method_not_allowed",
  "request_aborted",
  "internal_error",
  "shutting_down",
];

/** Codes that finding out who calls may end with. */
export const AUTH_CODES: readonly ErrorCode[] = [
  "missing_credential",
  "invalid_credential",
  "expired_credential",
  "forbidden",
  "auth_unavailable",
];

/** What a status of errors means. */
const STATUS_NOTES: Readonly<Record<number, string>> = {
  400: "What was sent is wrong: it has to change.",
  401: "Who calls is not known.",
  403: "The caller may not do this.",
  404: "There is no such thing.",
  405: "What the path answers to methods that it does not take.",
  409: "It contradicts what was sent before.",
  413: "The body is too large.",
  415: "The body, or the image in it, is of a type that is not read.",
  422: "The image can not be processed: another file is needed.",
  499: "The caller went away. Nobody sees it.",
  500: "A fault of the function's, or of the platform.",
  502: "What the function depends on has failed.",
  503: "Not now. The same request can succeed later: see `Retry-After`.",
};

/** Statuses that the platform answers too, in the function's place. */
const PLATFORM_STATUSES = new Set([500, 503]);

/** Headers that errors of a status have, besides. */
const STATUS_HEADERS: Readonly<Record<number, HeaderUse[]>> = {
  401: ["www-authenticate"],
  405: ["allow"],
  500: ["retry-after?"],
  502: ["retry-after?"],
  503: ["retry-after?"],
};

/** An answer of JSON. */
export function jsonAnswer(
  description: string,
  schema: ComponentName,
  examples: JsonObject,
  headers: readonly HeaderUse[] = [],
): JsonObject {
  return {
    description,
    headers: headersOf(["x-request-id", ...headers]),
    content: { "application/json": { schema: { $ref: refOf(schema) }, examples } },
  };
}

/**
 * All answers of an operation that are errors: the function's own by their statuses, and the platform's.
 *
 * @param codes What it may answer, besides what every operation may.
 * @param headers Headers that its errors have, besides.
 */
export function errorAnswers(
  codes: readonly ErrorCode[],
  headers: readonly HeaderUse[] = [],
): JsonObject {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of new Set([...codes, ...ALWAYS])) {
    const { status } = ERROR_CATALOGUE[code];
    byStatus.set(status, [...byStatus.get(status) ?? [], code]);
  }
  const statuses = [...byStatus.keys()].sort((a, b) => a - b);
  return {
    ...Object.fromEntries(
      statuses.map((status) => [status, errorAnswer(status, byStatus.get(status)!, headers)]),
    ),
    504: { $ref: "#/components/responses/PlatformTimeout" },
    546: { $ref: "#/components/responses/PlatformLimit" },
  };
}

function errorAnswer(
  status: number,
  codes: ErrorCode[],
  headers: readonly HeaderUse[],
): JsonObject {
  const own = errorSchema(codes);
  const isPlatforms = PLATFORM_STATUSES.has(status);
  return {
    description: STATUS_NOTES[status],
    headers: headersOf([
      ...isPlatforms ? ["x-request-id?", "sb-error-code?"] as const : ["x-request-id"] as const,
      ...STATUS_HEADERS[status] ?? [],
      ...headers,
    ]),
    content: {
      "application/json": {
        schema: isPlatforms ? { anyOf: [own, { $ref: refOf("PlatformError") }] } : own,
        examples: Object.fromEntries(
          codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
        ),
      },
    },
  };
}

/** An error that is one of these. */
function errorSchema(codes: ErrorCode[]): JsonObject {
  return {
    allOf: [{ $ref: refOf("ErrorReply") }, {
      type: "object",
      properties: {
        error: { type: "object", properties: { code: { type: "string", enum: codes } } },
      },
    }],
  };
}

/** One answer of each error code, as operations refer to them. */
export function errorExamples(): JsonObject {
  return Object.fromEntries(
    Object.entries(ERROR_EXAMPLES).map(([code, { message, details }]) => {
      const { retryable, when: summary } = ERROR_CATALOGUE[code as ErrorCode];
      const error = { code, message, retryable, ...(details && { details }) };
      return [code, { summary, value: { success: false, error, request_id: EXAMPLE_ID } }];
    }),
  );
}
