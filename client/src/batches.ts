import { type Answered, answered } from "./answered.ts";
import { callFunction, type FunctionCall } from "./call_function.ts";
import { retrying, type RetryOptions } from "./retrying.ts";
import type { SupabaseLike } from "./supabase_like.ts";
import type { Batch, BatchCreated, BatchItem } from "./types.ts";

/** Options of every batch call. */
export interface BatchCallOptions {
  /** Ends the call with the error `aborted`. */
  signal?: AbortSignal;
  /** Retries of failures that may pass; by default a call is tried five times. */
  retry?: RetryOptions;
  /** The function's name. @default "process-image" */
  functionName?: string;
}

/** Options of {@linkcode createBatch}. */
export interface CreateBatchOptions extends BatchCallOptions {
  /** Earliest start, at most 30 days ahead; a string is ISO 8601 with an offset. @default now */
  notBefore?: Date | string;
  /** Address that the function calls when the batch has ended. */
  webhookUrl?: string;
  /** The same key with the same photos returns the same batch. @default a random key for this call and its retries */
  idempotencyKey?: string;
}

/** Options of {@linkcode requeueBatch}. */
export interface RequeueBatchOptions extends BatchCallOptions {
  /** Positions of the failed photos to try again. @default all failed photos */
  positions?: number[];
}

/**
 * Creates a batch of up to 500 photos in Storage. The function processes them after it has answered.
 *
 * @param items The path of each photo, and its options.
 * @example
 * ```ts
 * const { data, error } = await createBatch(supabase, [
 *   { storage_path: { bucket: "car-originals", path: "a.jpg" }, options: { shadow: "none" } },
 * ]);
 * ```
 */
export function createBatch(
  supabase: SupabaseLike,
  items: readonly BatchItem[],
  options: CreateBatchOptions = {},
): Promise<Answered<BatchCreated>> {
  const { notBefore, webhookUrl, idempotencyKey = randomKey() } = options;
  return callBatch(supabase, "", options, {
    headers: { "idempotency-key": idempotencyKey },
    body: {
      items,
      not_before: notBefore instanceof Date ? notBefore.toISOString() : notBefore,
      webhook_url: webhookUrl,
    },
  });
}

/** Cancels a batch: photos that have not begun do not begin. @returns The batch after that. */
export function cancelBatch(
  supabase: SupabaseLike,
  batchId: string,
  options: BatchCallOptions = {},
): Promise<Answered<Batch>> {
  return callBatch(supabase, `/${encodeURIComponent(batchId)}`, options, { method: "DELETE" });
}

/** Requeues failed photos of a batch. @returns The batch after that. */
export function requeueBatch(
  supabase: SupabaseLike,
  batchId: string,
  options: RequeueBatchOptions = {},
): Promise<Answered<Batch>> {
  const body = { positions: options.positions };
  return callBatch(supabase, `/${encodeURIComponent(batchId)}/requeue`, options, { body });
}

/** Calls a route below `/batch`. */
export function callBatch<T extends object>(
  supabase: SupabaseLike,
  path: string,
  { signal, retry, functionName = "process-image" }: BatchCallOptions,
  call: FunctionCall,
): Promise<Answered<T>> {
  const run = () => callFunction<T>(supabase, `${functionName}/batch${path}`, { ...call, signal });
  return answered(signal, () => retrying(run, { ...retry, signal }));
}

/** Does without `crypto.randomUUID`, which pages without HTTPS do not have. */
function randomKey(): string {
  const parts = crypto.getRandomValues(new Uint32Array(4));
  return Array.from(parts, (part) => part.toString(36)).join("-");
}
