import { z } from "zod";
import { vehiclePlaceSchema } from "../photo/reply_schema.ts";

// The function imports the types only, so that these schemas cost nothing at boot.

const count = z.int().nonnegative();
const time = z.string();
const batchId = z.uuid().describe("Id of the batch.");
const requestId = z.string().describe("Id of the request.");
const problem = (code: string) =>
  z.strictObject({
    code: z.string().describe(code),
    message: z.string().describe("What happened, as a sentence."),
  });

/** The body of `POST /process-image/batch`, of status 202. */
export const batchCreatedSchema = z.strictObject({
  batch_id: batchId,
  created: z.boolean()
    .describe("False if an earlier request with the same `Idempotency-Key` created the batch."),
  total: count.describe("Number of photos."),
  status_url: z.url().describe("URL of the batch's state."),
  request_id: requestId,
}).describe("A batch whose photos are queued.");

/** The body of `POST /process-image/batch`. */
export type BatchCreated = z.infer<typeof batchCreatedSchema>;

const itemSchema = z.strictObject({
  position: count.describe("Position in the batch, from 0."),
  storage_path: z.strictObject({
    bucket: z.string().describe("Name of the bucket."),
    path: z.string().describe("Path of the object in the bucket."),
  }).describe("The photo."),
  filename: z.string().nullable().describe("The item's `filename`; `null` if it had none."),
  state: z.enum(["queued", "processing", "succeeded", "failed", "cancelled"])
    .describe("State of the item."),
  tries: count.describe("How often processing has started; at most five times."),
  error: problem("A code of `ErrorCode`, or `worker_died`.").optional()
    .describe("Error of the last try, also while another try is pending."),
  storage_urls: z.record(z.string(), z.url()).optional()
    .describe("Public URLs of the variants, by their names."),
  metadata: z.record(z.string(), z.unknown()).optional().describe("See `PhotoReply.metadata`."),
  warnings: z.array(problem("A stable code.")).optional().describe("See `PhotoReply.warnings`."),
  vehicle: vehiclePlaceSchema.optional().describe(
    "The photo's place in its vehicle's set, if the item has `vehicle_id`.",
  ),
});

/** The body of `GET /process-image/batch/{id}`, and of the requests that change a batch. */
export const batchReplySchema = z.strictObject({
  batch_id: batchId,
  state: z.enum(["queued", "running", "finished", "cancelled"])
    .describe("`finished` and `cancelled` are final unless failed items are requeued."),
  counts: z.strictObject({
    queued: count.describe("Items that wait."),
    processing: count.describe("Items in work."),
    succeeded: count.describe("Items that succeeded."),
    failed: count.describe("Items that failed after the last try."),
    cancelled: count.describe("Items that had not started when the batch was cancelled."),
    total: count.describe("All items."),
  }).describe("Number of items in each state."),
  items: z.array(itemSchema)
    .describe("The photos in order. Empty if the request has `since` and nothing has changed."),
  changes: count.describe("Version of the batch, for `since`. It grows with every change."),
  created_at: time.describe("Time of creation, ISO 8601."),
  not_before: time.nullable().describe("Earliest start, ISO 8601; `null` means at once."),
  finished_at: time.nullable().describe("Time of the end, ISO 8601; `null` until then."),
  webhook: z.strictObject({
    state: z.string().describe("State of the call."),
    tries: count.describe("How often the function has called the webhook."),
    error: z.string().nullable().describe("Why the last call failed; `null` if it did not."),
  }).nullable().describe("The call of `webhook_url`; `null` if the batch has none."),
  request_id: requestId,
}).describe("State of a batch.");

/** The body of `GET /process-image/batch/{id}`. */
export type BatchReply = z.infer<typeof batchReplySchema>;
