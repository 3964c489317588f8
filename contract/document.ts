import { errorExamples } from "./answers.ts";
import {
  cancelBatchOperation,
  createBatchOperation,
  requeueBatchOperation,
  showBatchOperation,
  workOperation,
} from "./batch_operations.ts";
import { componentSchemas } from "./components.ts";
import { deleteOperation } from "./delete_operation.ts";
import { HEADERS } from "./headers.ts";
import { type JsonObject, refOf } from "./json.ts";
import { photoOperation } from "./photo_operation.ts";
import { healthOperation, metricsOperation, openapiOperation } from "./status_operations.ts";
import {
  arrangeVehicleOperation,
  forgetVehicleOperation,
  showVehicleOperation,
} from "./vehicle_operations.ts";
import { batchWebhook } from "./webhook.ts";

/** The version of the interface. Its first number changes if callers have to change. */
const VERSION = "1.0.0";

const DESCRIPTION =
  `Turns a photo of a car into listing pictures, within one Supabase Edge Function.

Every answer, errors included, has \`x-request-id\` and the CORS headers; every path answers the \`OPTIONS\` requests of browsers.
An error is always \`{"success": false, "error": {"code", "message", "retryable", "details"?}, "request_id"}\`. If
\`retryable\` is true, the same request can succeed after \`Retry-After\` seconds.

The platform may answer in place of the function, with \`sb-error-code\`: 546 (\`WORKER_LIMIT\`), 500 (\`WORKER_ERROR\`, or a
retired worker), 503 (\`BOOT_ERROR\`), 504 (no answer within 150 s). Send the request again after each of them: the same photo is
never paid for twice.`;

/** Parameters of every operation. */
const COMMON: readonly (readonly [name: string, parameter: JsonObject])[] = [
  ["RequestId", {
    name: "x-request-id",
    in: "header",
    description:
      "Id of the request in its answer and in the log: 1 to 128 letters, digits and `._:-`. The function makes a new id in place of " +
      "any other value, and of one that looks like a key or a token.",
    schema: { type: "string", pattern: "^[A-Za-z0-9._:-]{1,128}$" },
  }],
  ["Traceparent", {
    name: "traceparent",
    in: "header",
    description: "Trace of the request (W3C Trace Context).",
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
 * @throws {Error} If a schema or one of its fields has no description.
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
        project_ref: { default: "your-project-ref", description: "Reference of the project." },
      },
    }, { url: "http://127.0.0.1:54321/functions/v1", description: "`deno task start`" }],
    security: [{ userToken: [] }, { secretKey: [] }],
    tags: [
      { name: "Photos", description: "One photo at a time, and the deletion of photos." },
      {
        name: "Batches",
        description: "Many photos, which the function processes after the answer.",
      },
      { name: "Vehicles", description: "The photos of a car as an ordered set, with a cover." },
      { name: "State", description: "Health and metrics of the function." },
    ],
    paths: {
      "/process-image": { post: photoOperation(schemas, common) },
      "/process-image/batch": { post: createBatchOperation(common) },
      "/process-image/batch/{id}": {
        get: showBatchOperation(common),
        delete: cancelBatchOperation(common),
      },
      "/process-image/batch/{id}/requeue": { post: requeueBatchOperation(common) },
      "/process-image/delete": { post: deleteOperation(common) },
      "/process-image/vehicles/{id}": {
        get: showVehicleOperation(common),
        put: arrangeVehicleOperation(common),
        delete: forgetVehicleOperation(common),
      },
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
          "The platform: no answer within 150 s.",
          "IDLE_TIMEOUT",
          "Request idle timeout limit (150s) reached",
        ),
        PlatformLimit: platformAnswer(
          "The platform: the isolate has used up its CPU time or memory. Another isolate processes the same request.",
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
            "Token of a signed-in user whose `app_metadata.role` is one of `ADMIN_ROLES` (`admin` by default).",
        },
        secretKey: {
          type: "apiKey",
          in: "header",
          name: "apikey",
          description:
            "For servers: a secret key of the project (`sb_secret_...`), or the legacy service role key.",
        },
      },
    },
  };
}
