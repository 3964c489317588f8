import type { ErrorCode } from "../shared/errors.ts";
import { AUTH_CODES, errorAnswers, jsonAnswer } from "./answers.ts";
import { type JsonObject, refOf } from "./json.ts";
import { BATCH, BATCH_CREATED } from "./reply_examples.ts";

/** Error codes of JSON bodies. */
const JSON_CODES: readonly ErrorCode[] = [
  "invalid_json",
  "invalid_request",
  "invalid_options",
  "body_too_large",
  "unsupported_media_type",
];

/** Error codes of operations on one batch. */
const BATCH_CODES: readonly ErrorCode[] = [
  ...AUTH_CODES,
  "batch_not_found",
  "not_found",
  "queue_unavailable",
];

const ID: JsonObject = {
  name: "id",
  in: "path",
  required: true,
  description: "The `batch_id` of the batch.",
  schema: { type: "string", format: "uuid" },
  example: BATCH_CREATED.batch_id,
};

const batchAnswer = (description: string) =>
  jsonAnswer(description, "Batch", {
    finished: { summary: "A batch that has ended", value: BATCH },
  }, ["cache-control"]);

/** `POST /process-image/batch`. */
export const createBatchOperation = (common: JsonObject[]): JsonObject => ({
  operationId: "createBatch",
  tags: ["Batches"],
  summary: "Queues up to 500 photos",
  description:
    "The photos are in Storage, in one of `SOURCE_BUCKETS`. The function processes each like a single photo, after the answer, and " +
    "writes its variants to Storage. A user needs the right to read every photo. Otherwise the request fails with `source_not_found`, " +
    "and its `details` name the photos: `positions` of all, `items` with the paths of the first 20, `more` with the number of the " +
    "others.",
  parameters: [{
    name: "idempotency-key",
    in: "header",
    description:
      "1 to 255 visible ASCII characters. A request with the same key, caller and content returns the same batch; one with other " +
      "content fails with `idempotency_conflict`.",
    schema: { type: "string", pattern: "^[\\x21-\\x7e]{1,255}$" },
    example: "stock-2026-01-31",
  }, ...common],
  requestBody: {
    required: true,
    description: "At most 2 MB of JSON.",
    content: {
      "application/json": {
        schema: { $ref: refOf("BatchRequest") },
        examples: {
          night: {
            summary: "Two photos, at night",
            value: {
              items: [
                {
                  storage_path: { bucket: "car-originals", path: "a.jpg" },
                  options: { shadow: "none" },
                  filename: "a.jpg",
                },
                { storage_path: { bucket: "car-originals", path: "b.jpg" }, force: true },
              ],
              not_before: "2026-01-31T22:00:00+01:00",
              webhook_url: "https://erp.example.com/hooks/photos",
            },
          },
        },
      },
    },
  },
  responses: {
    202: jsonAnswer("The photos are queued.", "BatchCreated", {
      created: { summary: "A new batch", value: BATCH_CREATED },
    }, ["location"]),
    ...errorAnswers([
      ...AUTH_CODES,
      ...JSON_CODES,
      "source_forbidden",
      "source_not_found",
      "idempotency_conflict",
      "queue_unavailable",
    ]),
  },
});

/** `GET /process-image/batch/{id}`. */
export const showBatchOperation = (common: JsonObject[]): JsonObject => ({
  operationId: "showBatch",
  tags: ["Batches"],
  summary: "Returns the state of a batch",
  parameters: [ID, {
    name: "wait",
    in: "query",
    description: "Seconds to wait for a change, 0 to 25.",
    schema: { type: "integer", minimum: 0, maximum: 25, default: 0 },
  }, {
    name: "since",
    in: "query",
    description:
      "The `changes` of an earlier answer. With `wait`, the function answers as soon as the batch has changed since then. If nothing " +
      "has changed, `items` is empty.",
    schema: { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  }, ...common],
  responses: {
    200: batchAnswer("State of the batch."),
    ...errorAnswers([...BATCH_CODES, "invalid_request"]),
  },
});

/** `DELETE /process-image/batch/{id}`. */
export const cancelBatchOperation = (common: JsonObject[]): JsonObject => ({
  operationId: "cancelBatch",
  tags: ["Batches"],
  summary: "Cancels the items of a batch that have not started",
  parameters: [ID, ...common],
  responses: {
    200: batchAnswer("State of the batch after the change."),
    ...errorAnswers(BATCH_CODES),
  },
});

/** `POST /process-image/batch/{id}/requeue`. */
export const requeueBatchOperation = (common: JsonObject[]): JsonObject => ({
  operationId: "requeueBatch",
  tags: ["Batches"],
  summary: "Queues failed items of a batch again",
  description:
    "A user needs the right to read those photos. Otherwise the request fails with `source_not_found`, as for a new batch.",
  parameters: [ID, ...common],
  requestBody: {
    description: "An empty body means all failed items.",
    content: {
      "application/json": {
        schema: { $ref: refOf("Requeue") },
        examples: { some: { summary: "Two of the photos", value: { positions: [3, 4] } } },
      },
    },
  },
  responses: {
    200: batchAnswer("State of the batch after the change."),
    ...errorAnswers([...BATCH_CODES, ...JSON_CODES, "source_not_found"]),
  },
});

/** `POST /process-image/work`. */
export const workOperation = (common: JsonObject[]): JsonObject => ({
  operationId: "work",
  tags: ["Batches"],
  summary: "Processes queued items; the database's scheduler calls it",
  description: "It has no body, and needs a secret key: for a user's token it answers `forbidden`.",
  security: [{ secretKey: [] }],
  parameters: common,
  responses: {
    202: jsonAnswer("Work starts after this answer.", "WorkAccepted", {
      accepted: {
        summary: "The isolate has capacity",
        value: { accepted: true, request_id: BATCH.request_id },
      },
    }),
    ...errorAnswers([...AUTH_CODES, "isolate_busy"]),
  },
});
