import type { SupabaseClient } from "@supabase/supabase-js";
import type { z } from "zod";
import type { TakenItem } from "./batch_item.ts";
import { type BatchReplies, batchReplies } from "./batch_replies.ts";

/** A batch to be made. */
export interface NewBatch {
  /** In order. */
  items: { bucket: string; path: string; settings: Record<string, unknown> }[];
  /** The user who makes it; `null` for a server. */
  createdBy: string | null;
  /** Told when it has ended. */
  webhookUrl: string | null;
  /** When it may begin; `null` for now. */
  notBefore: string | null;
  /** The same key with the same hash is the same batch. */
  idempotencyKey: string | null;
  /** What the request's body hashes to. */
  requestHash: string;
}

/** A batch as it is now; `null` where there is none of that id. */
export type BatchStatus = Extract<z.output<BatchReplies["status"]>, { unchanged: false }>;

/** A webhook to be called. */
export type DueWebhook = NonNullable<z.output<BatchReplies["webhook"]>>;

/** Bound on a call, in milliseconds; a batch is made of up to 500 items. */
const TIMEOUT_MS = 8_000;

/**
 * Batches and their queue in Postgres, as `supabase/migrations` has them. Every method throws if the database can not be asked.
 */
export class BatchStore {
  readonly #client: SupabaseClient;

  /** @param client A client with the service's key. */
  constructor(client: SupabaseClient) {
    this.#client = client;
  }

  /** Makes a batch, or finds the one that was made under the same key; `conflict`: that one is of another request. */
  async create(batch: NewBatch): Promise<z.output<BatchReplies["created"]>> {
    const answer = await this.#call("batch_create", {
      items: batch.items,
      created_by: batch.createdBy,
      webhook_url: batch.webhookUrl,
      not_before: batch.notBefore,
      idempotency_key: batch.idempotencyKey,
      request_hash: batch.requestHash,
    });
    return batchReplies().created.parse(answer);
  }

  /**
   * Tells how a batch is.
   *
   * @param batchId A UUID.
   * @param since Its count of changes that is known: nothing more is read where it has not grown.
   * @returns `"unchanged"` in that case, `null` if there is no such batch.
   */
  async status(batchId: string, since: number | null): Promise<BatchStatus | "unchanged" | null> {
    const answer = await this.#call("batch_status", { batch: batchId, since });
    const status = batchReplies().status.parse(answer);
    return status?.unchanged ? "unchanged" : status;
  }

  /** Cancels what has not begun. @returns Whether there is such a batch. */
  async cancel(batchId: string): Promise<boolean> {
    const answer = await this.#call("batch_cancel", { batch: batchId });
    return batchReplies().changed.parse(answer) !== null;
  }

  /**
   * Queues failed items again.
   *
   * @param batchId A UUID.
   * @param positions Which; `null` for all.
   * @returns How many; `null` if there is no such batch.
   */
  async requeue(batchId: string, positions: number[] | null): Promise<number | null> {
    const answer = await this.#call("batch_requeue", { batch: batchId, positions });
    return batchReplies().requeued.parse(answer)?.requeued ?? null;
  }

  /**
   * Takes the next item. Nobody else gets it until its visibility passes.
   *
   * @param visibilitySeconds For how long.
   * @returns `null` if there is none, or those that there were had ended; see {@linkcode waiting}.
   */
  async take(visibilitySeconds: number): Promise<TakenItem | null> {
    const answer = await this.#call("batch_take", {
      visibility_seconds: visibilitySeconds,
      most: 1,
    });
    return batchReplies().taken.parse(answer)[0] ?? null;
  }

  /** How many items can be taken now, and how many are being processed, by all workers. */
  async waiting(): Promise<z.output<BatchReplies["waiting"]>> {
    return batchReplies().waiting.parse(await this.#call("batch_waiting", {}));
  }

  /** Keeps an item for longer, in seconds from now. */
  async extend(item: TakenItem, visibilitySeconds: number): Promise<void> {
    await this.#call("batch_extend", { ...keyOf(item), visibility_seconds: visibilitySeconds });
  }

  /** Gives an item back as if it had not been taken. */
  async giveBack(item: TakenItem): Promise<void> {
    await this.#call("batch_give_back", keyOf(item));
  }

  /** Reports an item as done. A word that comes too late, or again, changes nothing; nor does it of a failure. */
  async finish(item: TakenItem, result: Record<string, unknown>): Promise<void> {
    await this.#call("batch_finish", { ...keyOf(item), result });
  }

  /**
   * Reports that an item failed.
   *
   * @param item The item.
   * @param error Why.
   * @param retryable Whether it is tried again, as long as there are tries left.
   * @param delaySeconds After how long.
   */
  async fail(
    item: TakenItem,
    error: { code: string; message: string },
    retryable: boolean,
    delaySeconds: number,
  ): Promise<void> {
    const outcome = { error, retryable, delay_seconds: delaySeconds };
    await this.#call("batch_fail", { ...keyOf(item), ...outcome });
  }

  /** Takes a webhook that is due; it is nobody else's for a minute. @returns `null` if there is none. */
  async takeWebhook(): Promise<DueWebhook | null> {
    return batchReplies().webhook.parse(await this.#call("batch_webhook_take", {}));
  }

  /** Reports a call. @param fault Why it failed; `null` if it did not. */
  async reportWebhook({ batchId, delivery }: DueWebhook, fault: string | null): Promise<void> {
    const outcome = { delivery, ok: fault === null, error: fault };
    await this.#call("batch_webhook_report", { batch: batchId, ...outcome });
  }

  async #call(name: string, parameters: Record<string, unknown>): Promise<unknown> {
    const { data, error } = await this.#client.rpc(name, parameters)
      .abortSignal(AbortSignal.timeout(TIMEOUT_MS));
    if (error) throw new Error(`${name} failed: ${error.code} ${error.message}`);
    return data;
  }
}

function keyOf({ messageId, batchId, position, attempt }: TakenItem): Record<string, unknown> {
  return { msg_id: messageId, batch_id: batchId, item_position: position, attempt };
}
