import { z } from "zod";
import { onFirstUse } from "../lib/on_first_use.ts";

/** Bound on the items in an answer. */
const MAX_ITEMS = 10_000;
const MAX_TAKEN = 100;

/** Counts of a batch's items by their states. */
const counts = () =>
  z.object({
    queued: count(),
    processing: count(),
    succeeded: count(),
    failed: count(),
    cancelled: count(),
    total: count(),
  });
const count = () => z.int().nonnegative();

/** Creates the schemas of the answers of the database functions in `supabase/migrations`. */
function makeReplies() {
  const state = z.enum(["queued", "running", "finished", "cancelled"]);
  const json = z.record(z.string(), z.unknown());
  const item = z.object({
    position: count(),
    bucket: z.string(),
    path: z.string(),
    settings: json,
    state: z.enum(["queued", "processing", "succeeded", "failed", "cancelled"]),
    tries: count(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    result: json.nullable(),
  });
  const batch = z.object({
    state,
    created_at: z.string(),
    not_before: z.string().nullable(),
    finished_at: z.string().nullable(),
    webhook: z.object({ state: z.string(), tries: count(), error: z.string().nullable() })
      .nullable(),
  });
  return {
    created: z.object({ batch_id: z.string(), created: z.boolean(), conflict: z.boolean() }),
    taken: z.array(
      z.object({
        msg_id: count(),
        batch_id: z.string(),
        position: count(),
        attempt: count(),
        tries: count(),
        bucket: z.string(),
        path: z.string(),
        settings: json,
      }).transform(({ msg_id, batch_id, ...item }) => ({
        ...item,
        messageId: msg_id,
        batchId: batch_id,
      })),
    ).max(MAX_TAKEN),
    waiting: z.object({ visible: count(), processing: count() }),
    changed: z.object({}).nullable(),
    requeued: z.object({ requeued: count(), cancelled: z.boolean() }).nullable(),
    status: z.union([
      z.object({ unchanged: z.literal(true), changes: count() }),
      z.object({
        unchanged: z.literal(false),
        changes: count(),
        batch,
        counts: counts(),
        items: z.array(item).max(MAX_ITEMS),
      }),
    ]).nullable(),
    webhook: z.object({
      batch_id: z.string(),
      url: z.string(),
      delivery: count(),
      tries: count(),
      state,
      counts: counts(),
      created_at: z.string(),
      finished_at: z.string().nullable(),
    }).transform(({ batch_id, created_at, finished_at, ...due }) => ({
      ...due,
      batchId: batch_id,
      createdAt: created_at,
      finishedAt: finished_at,
    })).nullable(),
  };
}

/** Schemas of the database's answers. */
export type BatchReplies = ReturnType<typeof makeReplies>;

/** Returns the schemas, created on first use: an isolate that only answers photos starts faster without them. */
export const batchReplies = onFirstUse(makeReplies);
