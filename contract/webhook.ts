import type { JsonObject } from "./json.ts";
import { BATCH } from "./reply_examples.ts";

const { batch_id, state, counts, created_at, finished_at } = BATCH;

const time = (description: string): JsonObject => ({
  type: "string",
  format: "date-time",
  description,
});

const count: JsonObject = { type: "integer", minimum: 0, description: "Photos in that state." };

/** The call at a batch's end: what the function sends, and to whom it says so. */
export const batchWebhook: JsonObject = {
  operationId: "batchFinished",
  tags: ["Batches"],
  summary: "Sent to a batch's `webhook_url` when it has ended",
  description:
    "To be answered 2xx within 10 s; it is tried five times over 45 minutes. Redirects are not followed.",
  security: [{}],
  parameters: [{
    name: "x-process-image-signature",
    in: "header",
    required: true,
    description:
      "`t=SECONDS,v1=HEX`: the HMAC-SHA256 of `SECONDS.BODY` with `WEBHOOK_SECRET`. Verify it on the bytes as they came, and " +
      "refuse an old `t`.",
    schema: { type: "string", pattern: "^t=\\d+,v1=[0-9a-f]{64}$" },
  }],
  requestBody: {
    required: true,
    content: {
      "application/json": {
        schema: {
          type: "object",
          properties: {
            type: { type: "string", const: "batch.finished", description: "What has happened." },
            batch_id: { type: "string", format: "uuid", description: "The batch's id." },
            state: {
              type: "string",
              enum: ["finished", "cancelled"],
              description: "How it ended.",
            },
            counts: {
              type: "object",
              description: "How many photos are in which state.",
              properties: Object.fromEntries(Object.keys(counts).map((name) => [name, count])),
              required: Object.keys(counts),
            },
            created_at: time("When it was made."),
            finished_at: time("When it ended."),
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
  responses: { "2XX": { description: "It has been heard." } },
};
