import type { ErrorCode } from "../shared/errors.ts";
import { AUTH_CODES, errorAnswers, EXAMPLE_ID, jsonAnswer } from "./answers.ts";
import { headersOf } from "./headers.ts";
import { type JsonObject, refOf } from "./json.ts";
import { DEEP_HEALTH, METRICS, METRICS_TEXT, UNHEALTHY } from "./reply_examples.ts";

/** `GET /process-image/health`. */
export function healthOperation(common: JsonObject[]): JsonObject {
  const errors = errorAnswers([...AUTH_CODES, "isolate_busy"]);
  return {
    operationId: "health",
    tags: ["State"],
    summary: "Checks the function, or its dependencies",
    description:
      "Without `deep` it needs no authentication and checks no dependency. With `deep=1` it needs authentication and checks every " +
      "dependency: the status is 503 if one fails that photos need.",
    security: [{}, { userToken: [] }, { secretKey: [] }],
    parameters: [{
      name: "deep",
      in: "query",
      description: "`1` checks the dependencies. Any other value is ignored.",
      schema: { type: "string" },
      example: "1",
    }, ...common],
    responses: {
      200: withOther(
        jsonAnswer("The function works.", "Health", {
          shallow: {
            summary: "The function answers",
            value: { status: "healthy", request_id: EXAMPLE_ID },
          },
          deep: { summary: "With `deep=1`", value: DEEP_HEALTH },
        }),
        { $ref: refOf("DeepHealth") },
      ),
      ...errors,
      503: withOther(
        errors[503] as JsonObject,
        { $ref: refOf("DeepHealth") },
        { unhealthy: { summary: "With `deep=1`", value: UNHEALTHY } },
      ),
    },
  };
}

/** An answer with a second schema of its body. */
function withOther(answer: JsonObject, other: JsonObject, more: JsonObject = {}): JsonObject {
  const { schema, examples } =
    (answer.content as Record<string, JsonObject>)["application/json"] as Record<
      string,
      JsonObject
    >;
  const known = Array.isArray(schema.anyOf) ? schema.anyOf : [schema];
  return {
    ...answer,
    content: {
      "application/json": {
        schema: { anyOf: [...known, other] },
        examples: { ...examples, ...more },
      },
    },
  };
}

const METRICS_CODES: readonly ErrorCode[] = [...AUTH_CODES, "invalid_request"];

/** `GET /process-image/metrics`. */
export const metricsOperation = (common: JsonObject[]): JsonObject => ({
  operationId: "metrics",
  tags: ["State"],
  summary: "Returns number, outcome and duration of photo requests",
  description: "JSON, or the Prometheus text format 0.0.4 if `Accept` prefers text.",
  parameters: [{
    name: "format",
    in: "query",
    description: "Format of the answer. It overrides `Accept`.",
    schema: { type: "string", enum: ["json", "prometheus"] },
  }, ...common],
  responses: {
    200: {
      description: "The metrics.",
      headers: headersOf(["x-request-id", "cache-control", "vary"]),
      content: {
        "application/json": {
          schema: { $ref: refOf("Metrics") },
          examples: { some: { summary: "Three photos", value: METRICS } },
        },
        "text/plain": {
          schema: { type: "string" },
          examples: { some: { summary: "The beginning", value: METRICS_TEXT } },
        },
      },
    },
    ...errorAnswers(METRICS_CODES),
  },
});

/** `GET /process-image/openapi.json`. */
export const openapiOperation = (common: JsonObject[]): JsonObject => ({
  operationId: "openapi",
  tags: ["State"],
  summary: "This document",
  security: [{}],
  parameters: [{
    name: "if-none-match",
    in: "header",
    description: "The `ETag` of an earlier answer.",
    schema: { type: "string" },
  }, ...common],
  responses: {
    200: {
      description: "The OpenAPI 3.1 document.",
      headers: headersOf(["x-request-id", "etag", "cache-control"]),
      content: {
        "application/json": {
          schema: {
            type: "object",
            description: "An OpenAPI document.",
            properties: {
              openapi: {
                type: "string",
                pattern: "^3\\.1\\.",
                description: "Version of OpenAPI.",
              },
            },
            required: ["openapi"],
          },
        },
      },
    },
    304: {
      description: "The document has not changed.",
      headers: headersOf(["x-request-id", "etag", "cache-control"]),
    },
    ...errorAnswers(["isolate_busy"]),
  },
});
