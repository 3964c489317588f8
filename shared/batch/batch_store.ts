import type { SupabaseClient } from "../storage/supabase_client.ts";
import type { z } from "zod";
import type { TakenItem } from "./batch_item.ts";
import { type BatchReplies, batchReplies } from "./batch_replies.ts";

/** A batch to create. */
export interface NewBatch {
  /** The photos and their settings, in order. */
  items: { bucket: string; path: string; settings: Record<string, unknown> }[];
  /** The user who creates it; `null` for a server. */
  createdBy: string | null;
  /** Webhook to call when the batch has ended; `null` for none. */
  webhookUrl: string | null;
  /** Earliest start; `null` for now. */
  notBefore: string | null;
  /** Idempotency key; `null` for none. The same key with the same hash returns the same batch. */
  idempotencyKey: string | null;
  /** Hash of the request's body. */
  requestHash: string;
}

/** Current state of a batch. */
export type BatchStatus = Extract<z.output<BatchReplies["status"]>, { unchanged: false }>;

/** A webhook that is due. */
export type DueWebhook = NonNullable<z.output<BatchReplies["webhook"]>>;

/** Bound on a call, in milliseconds: a batch has up to 500 items. */
const TIMEOUT_MS = 8_000;

/**
 * Batches and their queue in Postgres, by the functions in `supabase/migrations`. Every method throws if its call fails.
 */
export class BatchStore {
  readonly #client: SupabaseClient;

  /** @param client A client with the service's key. */
  constructor(client: SupabaseClient) {
    this.#client = client;
  }

  /** Creates a batch, or finds the one with the same key; `conflict`: that one belongs to a different request. */
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
   * Reads a batch's state.
   *
   * @param batchId A UUID.
   * @param since The known count of changes; `null` for none. If it has not grown, the state is not read.
   * @returns The state, `"unchanged"` if the count has not grown, or `null` if there is no such batch.
   */
  async status(batchId: string, since: number | null): Promise<BatchStatus | "unchanged" | null> {
    const answer = await this.#call("batch_status", { batch: batchId, since });
    const status = batchReplies().status.parse(answer);
    return status?.unchanged ? "unchanged" : status;
  }

  /** Cancels the items that have not begun. @returns Whether there is such a batch. */
  async cancel(batchId: string): Promise<boolean> {
    const answer = await this.#call("batch_cancel", { batch: batchId });
    return batchReplies().changed.parse(answer) !== null;
  }

  /**
   * Queues failed items again.
   *
   * @param batchId A UUID.
   * @param positions The items' positions; `null` for all.
   * @returns The number of requeued items; `null` if there is no such batch.
   */
  async requeue(batchId: string, positions: number[] | null): Promise<number | null> {
    const answer = await this.#call("batch_requeue", { batch: batchId, positions });
    return batchReplies().requeued.parse(answer)?.requeued ?? null;
  }

  /**
   * Takes the next item and hides it from other workers.
   *
   * @param visibilitySeconds Time for which it is hidden, in seconds.
   * @returns `null` if there is none, or if only items that had ended were found; see {@linkcode waiting}.
   */
  async take(visibilitySeconds: number): Promise<TakenItem | null> {
    const answer = await this.#call("batch_take", {
      visibility_seconds: visibilitySeconds,
      most: 1,
    });
    return batchReplies().taken.parse(answer)[0] ?? null;
  }

  /** Counts the items that can be taken now, and those that all workers are processing. */
  async waiting(): Promise<z.output<BatchReplies["waiting"]>> {
    return batchReplies().waiting.parse(await this.#call("batch_waiting", {}));
  }

  /** Hides an item for this many seconds from now. */
  async extend(item: TakenItem, visibilitySeconds: number): Promise<void> {
    await this.#call("batch_extend", { ...keyOf(item), visibility_seconds: visibilitySeconds });
  }

  /** Returns an item to the queue; the try does not count. */
  async giveBack(item: TakenItem): Promise<void> {
    await this.#call("batch_give_back", keyOf(item));
  }

  /** Reports an item as done. A late or repeated report changes nothing; the same holds for {@linkcode fail}. */
  async finish(item: TakenItem, result: Record<string, unknown>): Promise<void> {
    await this.#call("batch_finish", { ...keyOf(item), result });
  }

  /**
   * Reports that an item failed.
   *
   * @param item The item.
   * @param error The reason.
   * @param retryable Whether to try again while there are tries left.
   * @param delaySeconds Wait before that try, in seconds.
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

  /** Takes a webhook that is due and reserves it for a minute. @returns `null` if there is none. */
  async takeWebhook(): Promise<DueWebhook | null> {
    return batchReplies().webhook.parse(await this.#call("batch_webhook_take", {}));
  }

  /** Reports a webhook call. @param fault The reason of a failure; `null` for a success. */
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
