import { ERROR_CATALOGUE, type ErrorCode } from "../shared/errors.ts";
import { ERROR_EXAMPLES } from "./error_examples.ts";
import { headersOf, type HeaderUse } from "./headers.ts";
import { type ComponentName, type JsonObject, refOf } from "./json.ts";

/** The request id of the examples. */
export const EXAMPLE_ID = "79c0693b-fd54-4683-8750-c3a16410b693";

/** Error codes of every operation. */
const ALWAYS: readonly ErrorCode[] = [
  "method_not_allowed",
  "request_aborted",
  "internal_error",
  "shutting_down",
];

/** Error codes of authentication. */
export const AUTH_CODES: readonly ErrorCode[] = [
  "missing_credential",
  "invalid_credential",
  "expired_credential",
  "forbidden",
  "auth_unavailable",
];

/** Descriptions of the error statuses. */
const STATUS_NOTES: Readonly<Record<number, string>> = {
  400: "The request is wrong. Change it before you send it again.",
  401: "The caller is not authenticated.",
  403: "The caller may not do this.",
  404: "The path, the photo, the batch or the vehicle does not exist.",
  405: "The path does not support the method.",
  409: "The request contradicts an earlier one, or the state of the vehicle.",
  413: "The body is too large.",
  415: "The type of the body, or of its image, is not supported.",
  422: "The image cannot be processed. Send another file.",
  499: "The caller closed the connection. It does not receive this answer.",
  500: "The function or the platform has a fault.",
  502: "A service that the function depends on failed.",
  503: "The function cannot answer now. Send the same request again after `Retry-After`.",
};

/** Statuses that the platform answers too, in place of the function. */
const PLATFORM_STATUSES = new Set([500, 503]);

/** Further headers of the error statuses. */
const STATUS_HEADERS: Readonly<Record<number, HeaderUse[]>> = {
  401: ["www-authenticate"],
  405: ["allow"],
  500: ["retry-after?"],
  502: ["retry-after?"],
  503: ["retry-after?"],
};

/** An answer with a JSON body. */
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
 * The error answers of an operation: the function's own by status, and the platform's.
 *
 * @param codes Error codes of the operation, besides those of every operation.
 * @param headers Further headers of its errors.
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

/** The schema of an error with one of these codes. */
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

/** An example of each error code, for the operations to refer to. */
export function errorExamples(): JsonObject {
  return Object.fromEntries(
    Object.entries(ERROR_EXAMPLES).map(([code, { message, details }]) => {
      const { retryable, when: summary } = ERROR_CATALOGUE[code as ErrorCode];
      const error = { code, message, retryable, ...(details && { details }) };
      return [code, { summary, value: { success: false, error, request_id: EXAMPLE_ID } }];
    }),
  );
}
