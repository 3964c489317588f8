import type { ErrorCode } from "../shared/errors.ts";
import { AUTH_CODES, errorAnswers, jsonAnswer } from "./answers.ts";
import { type JsonObject, refOf } from "./json.ts";
import { BATCH, BATCH_CREATED } from "./reply_examples.ts";

/** What a body of JSON may be answered. */
const JSON_CODES: readonly ErrorCode[] = [
  "invalid_json",
  "invalid_request",
  "invalid_options",
  "body_too_large",
  "unsupported_media_type",
];

/** What may be answered where a batch is named. */
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
  description: "The batch's `batch_id`.",
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
  summary: "Has up to 500 photos processed after the answer",
  description:
    "The photos are in Storage already, in one of `SOURCE_BUCKETS`. Each is processed like a single one, and its variants are " +
    "written to Storage. A user has to be allowed to read every photo: otherwise `source_not_found` names those that are not " +
    "there or not readable, in `details` (`positions` of all, `items` with the paths of the first 20, `more`: how many others), " +
    "and there is no batch.",
  parameters: [{
    name: "idempotency-key",
    in: "header",
    description:
      "1 to 255 visible ASCII characters. The same key of the same caller with the same content is the same batch; with other " +
      "content it is `idempotency_conflict`.",
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
    202: jsonAnswer("The photos stand in the queue.", "BatchCreated", {
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
  summary: "Tells how a batch is",
  parameters: [ID, {
    name: "wait",
    in: "query",
    description: "Seconds to wait for a change, 0 to 25.",
    schema: { type: "integer", minimum: 0, maximum: 25, default: 0 },
  }, {
    name: "since",
    in: "query",
    description:
      "The `changes` of an answer before: with `wait`, the answer comes when there is a change that you do not know. If " +
      "nothing has changed, its `items` is empty.",
    schema: { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  }, ...common],
  responses: {
    200: batchAnswer("How the batch is."),
    ...errorAnswers([...BATCH_CODES, "invalid_request"]),
  },
});

/** `DELETE /process-image/batch/{id}`. */
export const cancelBatchOperation = (common: JsonObject[]): JsonObject => ({
  operationId: "cancelBatch",
  tags: ["Batches"],
  summary: "Cancels a batch: what has not begun will not",
  parameters: [ID, ...common],
  responses: {
    200: batchAnswer("How the batch is then."),
    ...errorAnswers(BATCH_CODES),
  },
});

/** `POST /process-image/batch/{id}/requeue`. */
export const requeueBatchOperation = (common: JsonObject[]): JsonObject => ({
  operationId: "requeueBatch",
  tags: ["Batches"],
  summary: "Has what failed in a batch tried again",
  description:
    "A user has to be allowed to read those photos: otherwise `source_not_found`, as where a batch is made.",
  parameters: [ID, ...common],
  requestBody: {
    description: "Nothing stands for all that has failed.",
    content: {
      "application/json": {
        schema: { $ref: refOf("Requeue") },
        examples: { some: { summary: "Two of the photos", value: { positions: [3, 4] } } },
      },
    },
  },
  responses: {
    200: batchAnswer("How the batch is then."),
    ...errorAnswers([...BATCH_CODES, ...JSON_CODES, "source_not_found"]),
  },
});

/** `POST /process-image/work`. */
export const workOperation = (common: JsonObject[]): JsonObject => ({
  operationId: "work",
  tags: ["Batches"],
  summary: "Works off the batches' queue; for the database's clock",
  description: "It takes no body, and is open to secret keys only: a user is `forbidden`.",
  security: [{ secretKey: [] }],
  parameters: common,
  responses: {
    202: jsonAnswer("Work begins after this answer.", "WorkAccepted", {
      accepted: {
        summary: "There is room for work",
        value: { accepted: true, request_id: BATCH.request_id },
      },
    }),
    ...errorAnswers([...AUTH_CODES, "isolate_busy"]),
  },
});
