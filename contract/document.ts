import { errorExamples } from "./answers.ts";
import {
  cancelBatchOperation,
  createBatchOperation,
  requeueBatchOperation,
  showBatchOperation,
  workOperation,
} from "./batch_operations.ts";
import { componentSchemas } from "./components.ts";
import { HEADERS } from "./headers.ts";
import { type JsonObject, refOf } from "./json.ts";
import { photoOperation } from "./photo_operation.ts";
import { healthOperation, metricsOperation, openapiOperation } from "./status_operations.ts";
import { batchWebhook } from "./webhook.ts";

/** The interface's version: its first number changes where a caller has to. */
const VERSION = "1.0.0";

const DESCRIPTION =
  `Turns a photo of a car into listing pictures, within one Supabase Edge Function.

Every answer has \`x-request-id\` and the CORS headers, errors too; \`OPTIONS\` anywhere is answered for browsers that ask first.
An error is always \`{"success": false, "error": {"code", "message", "retryable", "details"?}, "request_id"}\`. Where
\`retryable\` is true, the same request can succeed later: see \`Retry-After\`.

The platform may answer in the function's place, with \`sb-error-code\`: 546 (\`WORKER_LIMIT\`), 500 (\`WORKER_ERROR\`, or a
worker that has just been retired), 503 (\`BOOT_ERROR\`), 504 (no answer in 150 s). Each of them is worth another try: the same
photo is never paid for twice.`;

/** Parameters that every operation takes. */
const COMMON: readonly (readonly [name: string, parameter: JsonObject])[] = [
  ["RequestId", {
    name: "x-request-id",
    in: "header",
    description:
      "The id that the request is to be answered and logged under: 1 to 128 letters, digits and \`._:-\`. Anything else, and " +
      "what looks like a key or a token, is passed over, and a new id made.",
    schema: { type: "string", pattern: "^[A-Za-z0-9._:-]{1,128}$" },
  }],
  ["Traceparent", {
    name: "traceparent",
    in: "header",
    description: "The trace that the request belongs to (W3C Trace Context).",
    schema: { type: "string" },
    example: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  }],
];

const platformAnswer = (description: string, code: string, message: string): JsonObject => ({
  description,
  headers: { "sb-error-code": { $ref: "#/components/headers/sb-error-code" } },
  content: {
    "application/json": {
      schema: { $ref: refOf("PlatformError") },
      examples: { [code]: { value: { code, message } } },
    },
  },
});

/**
 * The function's interface as OpenAPI 3.1.
 *
 * @throws {Error} If a field of a schema has no description.
 */
export function openapiDocument(): JsonObject {
  const schemas = componentSchemas();
  const common = COMMON.map(([name]): JsonObject => ({ $ref: `#/components/parameters/${name}` }));
  return {
    openapi: "3.1.0",
    info: { title: "process-image", version: VERSION, description: DESCRIPTION },
    jsonSchemaDialect: "https://spec.openapis.org/oas/3.1/dialect/base",
    servers: [{
      url: "https://{project_ref}.supabase.co/functions/v1",
      description: "Hosted",
      variables: {
        project_ref: { default: "your-project-ref", description: "The project's reference." },
      },
    }, { url: "http://127.0.0.1:54321/functions/v1", description: "`deno task start`" }],
    security: [{ userToken: [] }, { secretKey: [] }],
    tags: [
      { name: "Photos", description: "One photo at a time." },
      { name: "Batches", description: "Many photos, processed after the answer." },
      { name: "State", description: "Whether it is well, and what it has done." },
    ],
    paths: {
      "/process-image": { post: photoOperation(schemas, common) },
      "/process-image/batch": { post: createBatchOperation(common) },
      "/process-image/batch/{id}": {
        get: showBatchOperation(common),
        delete: cancelBatchOperation(common),
      },
      "/process-image/batch/{id}/requeue": { post: requeueBatchOperation(common) },
      "/process-image/work": { post: workOperation(common) },
      "/process-image/health": { get: healthOperation(common) },
      "/process-image/metrics": { get: metricsOperation(common) },
      "/process-image/openapi.json": { get: openapiOperation(common) },
    },
    webhooks: { batchFinished: { post: batchWebhook } },
    components: {
      schemas,
      parameters: Object.fromEntries(COMMON),
      headers: HEADERS,
      examples: errorExamples(),
      responses: {
        PlatformTimeout: platformAnswer(
          "The platform: no answer in 150 s.",
          "IDLE_TIMEOUT",
          "Request idle timeout limit (150s) reached",
        ),
        PlatformLimit: platformAnswer(
          "The platform: the isolate has used up its CPU or memory. Another one takes the same request.",
          "WORKER_LIMIT",
          "Function failed due to not having enough compute resources (please check logs)",
        ),
      },
      securitySchemes: {
        userToken: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description:
            "A signed-in user's token, whose `app_metadata.role` is `admin` (or another of `ADMIN_ROLES`).",
        },
        secretKey: {
          type: "apiKey",
          in: "header",
          name: "apikey",
          description:
            "A secret key of the project, `sb_secret_...`, or the legacy service role key: for servers.",
        },
      },
    },
  };
}
