import { type Answered, answered } from "./answered.ts";
import { callFunction, type FunctionCall } from "./call_function.ts";
import { retrying, type RetryOptions } from "./retrying.ts";
import type { SupabaseLike } from "./supabase_like.ts";
import type { Batch, BatchCreated, BatchItem } from "./types.ts";

/** What every call of a batch takes. */
export interface BatchCallOptions {
  /** Ends the call with the error `aborted`. */
  signal?: AbortSignal;
  /** How often what may pass is tried: five times. */
  retry?: RetryOptions;
  /** The function's name. @default "process-image" */
  functionName?: string;
}

/** What {@linkcode createBatch} takes. */
export interface CreateBatchOptions extends BatchCallOptions {
  /** When it may begin, at most 30 days ahead; text is ISO 8601 with an offset. @default now */
  notBefore?: Date | string;
  /** Called when the batch has ended. */
  webhookUrl?: string;
  /** The same key with the same photos is the same batch. @default one of this call's own, for its retries */
  idempotencyKey?: string;
}

/** What {@linkcode requeueBatch} takes. */
export interface RequeueBatchOptions extends BatchCallOptions {
  /** Which of the photos that failed. @default all */
  positions?: number[];
}

/**
 * Has up to 500 photos that lie in Storage processed after the answer.
 *
 * @param items Where they lie, and what to make of each.
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

/** Ends a batch: what has not begun will not. @returns How it stands then. */
export function cancelBatch(
  supabase: SupabaseLike,
  batchId: string,
  options: BatchCallOptions = {},
): Promise<Answered<Batch>> {
  return callBatch(supabase, `/${encodeURIComponent(batchId)}`, options, { method: "DELETE" });
}

/** Has photos of a batch that failed tried again. @returns How it stands then. */
export function requeueBatch(
  supabase: SupabaseLike,
  batchId: string,
  options: RequeueBatchOptions = {},
): Promise<Answered<Batch>> {
  const body = { positions: options.positions };
  return callBatch(supabase, `/${encodeURIComponent(batchId)}/requeue`, options, { body });
}

/** Calls what is below `/batch`. */
export function callBatch<T extends object>(
  supabase: SupabaseLike,
  path: string,
  { signal, retry, functionName = "process-image" }: BatchCallOptions,
  call: FunctionCall,
): Promise<Answered<T>> {
  const run = () => callFunction<T>(supabase, `${functionName}/batch${path}`, { ...call, signal });
  return answered(signal, () => retrying(run, { ...retry, signal }));
}

/** Not `crypto.randomUUID`: a page without HTTPS has none. */
function randomKey(): string {
  const parts = crypto.getRandomValues(new Uint32Array(4));
  return Array.from(parts, (part) => part.toString(36)).join("-");
}
