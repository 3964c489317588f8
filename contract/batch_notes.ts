import type { z } from "zod";
import type { batchCreatedSchema, batchReplySchema } from "../shared/batch/batch_reply_schema.ts";
import type { batchRequestSchema, requeueSchema } from "../shared/batch/batch_schemas.ts";
import type { Notes } from "./notes.ts";

const FILENAME = "The photo's name; used for nothing else.";
const REQUEST_ID = "The id of the request.";

/** What the fields of a batch's request are. */
export const BATCH_REQUEST_NOTES: Notes<z.input<ReturnType<typeof batchRequestSchema>>> = {
  items: ["The photos, 1 to 500.", {
    storage_path: [
      "The photo, in Storage; it is read with the service's own rights.",
      "StoragePath",
    ],
    options: ["What to make of it.", "PhotoOptions"],
    filename: `${FILENAME} At most 255 characters.`,
    force: "Render it although Storage has the result.",
  }],
  webhook_url:
    "Address that is sent a `POST` when the batch has ended: https and public, at most 2048 characters. It needs the " +
    "setting `WEBHOOK_SECRET`.",
  not_before:
    "When work may begin, at most 30 days ahead: ISO 8601 with an offset. Unless it is said, now.",
};

/** What the fields of the answer to it are. */
export const BATCH_CREATED_NOTES: Notes<z.output<typeof batchCreatedSchema>> = {
  batch_id: "The batch's id.",
  created: "`false`: it was made before, under the same `Idempotency-Key`.",
  total: "How many photos it has.",
  status_url: "Where it tells how it is.",
  request_id: REQUEST_ID,
};

/** What the fields of a batch are. */
export const BATCH_NOTES: Notes<z.output<typeof batchReplySchema>> = {
  batch_id: "The batch's id.",
  state: "`finished` and `cancelled` are final, unless what failed is requeued.",
  counts: ["How many photos are in which state.", {
    queued: "They wait.",
    processing: "They are worked on.",
    succeeded: "They are done.",
    failed: "They have failed for good.",
    cancelled: "They had not begun when the batch was cancelled.",
    total: "All of them.",
  }],
  items: ["The photos in order; none where `since` was given and nothing has changed.", {
    position: "Its place in the batch, from 0.",
    storage_path: ["The photo.", { bucket: "Name of its bucket.", path: "Its path there." }],
    filename: "The name that came with it.",
    state: "How it is.",
    tries: "How often it has been begun; five times at most.",
    error: ["Of the last try, also while another is to come.", {
      code: "A code of `ErrorCode`, or `worker_died`.",
      message: "What is wrong, as a sentence.",
    }],
    storage_urls: "Public addresses of its variants, by their names.",
    metadata: "As `PhotoReply.metadata`.",
    warnings: ["As `PhotoReply.warnings`.", {
      code: "A stable code.",
      message: "What happened, as a sentence.",
    }],
  }],
  changes: "Grows with every change of the batch: to be given as `since`.",
  created_at: "When it was made, ISO 8601.",
  not_before: "When work may begin, ISO 8601; `null`: at once.",
  finished_at: "When it ended, ISO 8601; `null` until then.",
  webhook: ["How the call at its end is; `null` where there is none.", {
    state: "How the call is.",
    tries: "How often it was made.",
    error: "Why the last one failed.",
  }],
  request_id: REQUEST_ID,
};

/** What the field of a requeue's request is. */
export const REQUEUE_NOTES: Notes<z.input<ReturnType<typeof requeueSchema>>> = {
  positions: "Which of the failed photos, by their places in the batch. Unless it is said, all.",
};
