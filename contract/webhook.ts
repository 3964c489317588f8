import type { JsonObject } from "./json.ts";
import { BATCH } from "./reply_examples.ts";

const { batch_id, state, counts, created_at, finished_at } = BATCH;

const time = (description: string): JsonObject => ({
  type: "string",
  format: "date-time",
  description,
});

const count: JsonObject = {
  type: "integer",
  minimum: 0,
  description: "Number of items in this state.",
};

/** The call of a batch's webhook. */
export const batchWebhook: JsonObject = {
  operationId: "batchFinished",
  tags: ["Batches"],
  summary: "Call of a batch's `webhook_url` when the batch ends",
  description:
    "Answer it with 2xx within 10 s. The function tries five times within 45 minutes, and does not follow redirects.",
  security: [{}],
  parameters: [{
    name: "x-process-image-signature",
    in: "header",
    required: true,
    description:
      "`t=SECONDS,v1=HEX`: the HMAC-SHA256 of `SECONDS.BODY` with `WEBHOOK_SECRET`. Verify it with the bytes of the body as you " +
      "received them, and reject an old `t`.",
    schema: { type: "string", pattern: "^t=\\d+,v1=[0-9a-f]{64}$" },
  }],
  requestBody: {
    required: true,
    content: {
      "application/json": {
        schema: {
          type: "object",
          properties: {
            type: { type: "string", const: "batch.finished", description: "Kind of the event." },
            batch_id: { type: "string", format: "uuid", description: "Id of the batch." },
            state: {
              type: "string",
              enum: ["finished", "cancelled"],
              description: "State of the batch.",
            },
            counts: {
              type: "object",
              description: "Number of items in each state.",
              properties: Object.fromEntries(Object.keys(counts).map((name) => [name, count])),
              required: Object.keys(counts),
            },
            created_at: time("Time of creation."),
            finished_at: time("Time of the end."),
          },
          required: ["type", "batch_id", "state", "counts", "created_at", "finished_at"],
        },
        examples: {
          finished: {
            summary: "A batch that has ended",
            value: { type: "batch.finished", batch_id, state, counts, created_at, finished_at },
          },
        },
      },
    },
  },
  responses: { "2XX": { description: "The receiver has the event." } },
};
