import { afterResponse } from "../telemetry/after_response.ts";
import type { BatchStore } from "./batch_store.ts";
import { AppError } from "../errors.ts";
import type { JsonBounds } from "../lib/json/parse_bounded.ts";
import type { SourceRef } from "../storage/source_store.ts";
import type { Caller } from "../http/auth/caller.ts";
import { callWorker } from "./call_worker.ts";
import type { PhotoDeps } from "../photo/photo_deps.ts";

/** What answering for batches needs. */
export interface BatchDeps extends Pick<PhotoDeps, "auth" | "process" | "functionUrl" | "signer"> {
  batchStore: Pick<BatchStore, "create" | "status" | "cancel" | "requeue">;
  /** Finds photos that a caller may not read, or that are not there: their positions. Throws if it cannot tell. */
  unreadable(caller: Caller, refs: readonly SourceRef[]): Promise<number[]>;
  /** The secret key with which workers are called. */
  serviceKey: string;
  /** The buckets that photos may be in. */
  sourceBuckets: readonly string[];
  webhook: {
    /** What calls are signed with; unset: there are none. */
    secret?: string;
    /** Whether private addresses will do: for development. */
    allowPrivate: boolean;
  };
}

/** What a batch's body may hold: 500 items with the longest paths and all options, which are 25 values each. */
export const BATCH_BOUNDS: JsonBounds = { maxBytes: 2 << 20, maxValues: 500 * 25 + 100 };

/** CPU of an answer, in milliseconds, for each and for an item: 500 of them are half a megabyte of JSON. */
export const ANSWER_MS = { each: 6, perItem: 0.05 };

/** Isolates that a batch is begun by. */
const WORKERS = 2;

/** After the answer: small batches begin at once, and nobody waits for the database's clock. */
export function startWorkers(
  items: number,
  { functionUrl, serviceKey, signer, process: { admission } }: BatchDeps,
): void {
  const call = () => callWorker({ functionUrl, serviceKey, signer, admission });
  afterResponse(Promise.all(Array.from({ length: Math.min(items, WORKERS) }, call)));
}

/**
 * Waits for the database.
 *
 * @throws {AppError} `queue_unavailable`, if it can not be asked
 */
export async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    const message = "The database, which keeps the batches, can not be asked. Try again.";
    throw new AppError("queue_unavailable", message, { cause });
  }
}
