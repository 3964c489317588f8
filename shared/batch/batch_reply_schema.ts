import { z } from "zod";

// Apart from batch_schemas.ts: the function needs the types only.

const count = z.int().nonnegative();
const problem = z.strictObject({ code: z.string(), message: z.string() });

/** The answer to `POST /process-image/batch`, of status 202. */
export const batchCreatedSchema = z.strictObject({
  batch_id: z.uuid(),
  /** `false`: it was made before, under the same `Idempotency-Key`. */
  created: z.boolean(),
  /** How many photos. */
  total: count,
  /** Where it tells how it is. */
  status_url: z.url(),
  request_id: z.string(),
});

/** The body of that answer. */
export type BatchCreated = z.infer<typeof batchCreatedSchema>;

/** The answer to `GET /process-image/batch/{id}`, and to what changes a batch. */
export const batchReplySchema = z.strictObject({
  batch_id: z.uuid(),
  state: z.enum(["queued", "running", "finished", "cancelled"]),
  counts: z.strictObject({
    queued: count,
    processing: count,
    succeeded: count,
    failed: count,
    cancelled: count,
    total: count,
  }),
  /** In order; none where `since` was given and nothing has changed since. */
  items: z.array(z.strictObject({
    position: count,
    storage_path: z.strictObject({ bucket: z.string(), path: z.string() }),
    filename: z.string().nullable(),
    state: z.enum(["queued", "processing", "succeeded", "failed", "cancelled"]),
    tries: count,
    /** Of the last try, while another is to come too. */
    error: problem.optional(),
    storage_urls: z.record(z.string(), z.url()).optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
    warnings: z.array(problem).optional(),
  })),
  /** Grows with every change of the batch. */
  changes: count,
  created_at: z.string(),
  not_before: z.string().nullable(),
  finished_at: z.string().nullable(),
  webhook: z.strictObject({
    state: z.string(),
    tries: count,
    error: z.string().nullable(),
  }).nullable(),
  request_id: z.string(),
});

/** The body of that answer. */
export type BatchReply = z.infer<typeof batchReplySchema>;
