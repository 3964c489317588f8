import type { LocalSupabase } from "../../../dev/local_supabase.ts";

/** An item that a worker has taken: `batch_take` returns an array of them. */
export interface Taken {
  msg_id: number;
  batch_id: string;
  position: number;
  /** The number of the take. */
  attempt: number;
  tries: number;
  bucket: string;
  path: string;
  settings: Record<string, unknown>;
}

/** The outcome of a worker's report on an item. */
export interface Reported {
  applied: boolean;
  batch_finished: boolean;
  webhook_due: boolean;
}

export interface ItemStatus {
  position: number;
  path: string;
  state: "queued" | "processing" | "succeeded" | "failed" | "cancelled";
  tries: number;
  error: { code: string } | null;
  result: Record<string, unknown> | null;
}

export interface BatchStatus {
  changes: number;
  unchanged: boolean;
  batch: {
    state: string;
    finished_at: string | null;
    webhook: null | { state: string; tries: number; error: string | null };
  };
  counts: Record<ItemStatus["state"] | "total", number>;
  items: ItemStatus[];
}

export interface Webhook {
  batch_id: string;
  url: string;
  delivery: number;
  tries: number;
  state: string;
  counts: BatchStatus["counts"];
}

export interface Waiting {
  visible: number;
  processing: number;
  next_visible_seconds: number | null;
  webhook_due: boolean;
  next_webhook_seconds: number | null;
}

export interface NewBatch {
  /** Photos named by their position. @default 1 */
  items?: number | Record<string, unknown>[];
  key?: string;
  hash?: string;
  webhook?: string;
  notBefore?: string;
}

/** The outcome of a report that did not count. */
export const NOT_APPLIED: Reported = { applied: false, batch_finished: false, webhook_due: false };

const FAILURE = { code: "storage_failed", message: "Storage did not answer" };

/** The batches' SQL functions, and direct access to their tables and queue. */
export function batchCalls({ query }: Pick<LocalSupabase, "query">) {
  const call = async <T>(name: string, ...parameters: unknown[]): Promise<T> => {
    const places = parameters.map((_, index) => `$${index + 1}`).join(", ");
    const [{ answer }] = await query<{ answer: T }>(
      `select public.${name}(${places}) as answer`,
      parameters,
    );
    return answer;
  };
  const idsOf = ({ msg_id, batch_id, position, attempt }: Taken) => [
    msg_id,
    batch_id,
    position,
    attempt,
  ];
  return {
    call,
    create: ({ items = 1, webhook, notBefore, key, hash }: NewBatch = {}) =>
      call<{ batch_id: string; created: boolean; conflict: boolean; total: number }>(
        "batch_create",
        typeof items === "number"
          ? Array.from({ length: items }, (_, index) => ({
            bucket: "car-originals",
            path: `${index}.jpg`,
          }))
          : items,
        null,
        webhook ?? null,
        notBefore ?? null,
        key ?? null,
        hash ?? null,
      ),
    take: (max = 1, visibilitySeconds = 600) => call<Taken[]>("batch_take", visibilitySeconds, max),
    finish: (taken: Taken, result: unknown = { metadata: {} }) =>
      call<Reported>("batch_finish", ...idsOf(taken), result),
    fail: (taken: Taken, retryable: boolean, delaySeconds = 0) =>
      call<Reported>("batch_fail", ...idsOf(taken), FAILURE, retryable, delaySeconds),
    giveBack: (taken: Taken) => call<Reported>("batch_give_back", ...idsOf(taken)),
    extend: (taken: Taken, seconds: number) =>
      call<boolean>("batch_extend", ...idsOf(taken), seconds),
    cancel: (batch: string) =>
      call<{ cancelled: number; batch_finished: boolean; webhook_due: boolean } | null>(
        "batch_cancel",
        batch,
      ),
    requeue: (batch: string, positions: number[] | null = null) =>
      call<{ requeued: number; cancelled: boolean } | null>("batch_requeue", batch, positions),
    status: (batch: string, since: number | null = null) =>
      call<BatchStatus>("batch_status", batch, since),
    waiting: () => call<Waiting>("batch_waiting"),
    webhookTake: () => call<Webhook | null>("batch_webhook_take"),
    webhookReport: (
      { batch_id, delivery }: Pick<Webhook, "batch_id" | "delivery">,
      ok: boolean,
      error: string | null = null,
    ) =>
      call<{ applied: boolean; state: string }>(
        "batch_webhook_report",
        batch_id,
        delivery,
        ok,
        error,
      ),
    /** Ends the visibility timeout of hidden messages. */
    passTime: () =>
      query("update pgmq.q_process_image set vt = clock_timestamp() - interval '1 second'"),
    messages: () =>
      query<{ batch_id: string; position: number }>(
        `select message ->> 'batch_id' as batch_id, (message ->> 'position')::integer as position
           from pgmq.q_process_image order by msg_id`,
      ),
    deadLetters: () =>
      query<{ batch_id: string; position: number; error: { code: string } }>(
        `select message ->> 'batch_id' as batch_id, (message ->> 'position')::integer as position,
           message -> 'error' as error from pgmq.q_process_image_dead order by msg_id`,
      ),
    /** Deletes all batches and messages. */
    forget: async () => {
      await query("delete from public.batches");
      await query("delete from pgmq.q_process_image");
      await query("delete from pgmq.q_process_image_dead");
    },
  };
}
