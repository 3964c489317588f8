import { afterResponse } from "../telemetry/after_response.ts";
import type { BatchStore } from "./batch_store.ts";
import { AppError } from "../errors.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { JsonBounds } from "../lib/json/parse_bounded.ts";
import type { SourceRef } from "../storage/source_store.ts";
import type { Caller } from "../http/auth/caller.ts";
import { callWorker } from "./call_worker.ts";
import type { PhotoDeps } from "../photo/photo_deps.ts";

/** The dependencies of the batch routes. */
export interface BatchDeps extends Pick<PhotoDeps, "auth" | "process" | "functionUrl" | "signer"> {
  batchStore: Pick<BatchStore, "create" | "status" | "cancel" | "requeue">;
  /** Returns the positions of the photos that are missing or that the caller may not read. Throws if it cannot check. */
  unreadable(caller: Caller, refs: readonly SourceRef[]): Promise<number[]>;
  /** Secret key for calls of workers. */
  serviceKey: string;
  /** Buckets that photos may come from. */
  sourceBuckets: readonly string[];
  webhook: {
    /** Secret that signs webhook calls; unset: webhooks are off. */
    secret?: string;
    /** Whether private addresses are allowed: for development. */
    allowPrivate: boolean;
  };
}

/** Bounds on a batch's body: 500 items with the longest paths and all options, which are 47 values each. */
export const BATCH_BOUNDS: JsonBounds = { maxBytes: 2 << 20, maxValues: 500 * 47 + 100 };

/** Workers that a new batch starts. */
const WORKERS = 2;

/** Calls workers without delaying the answer, so that a batch does not wait for the database's clock. */
export function startWorkers(
  items: number,
  { functionUrl, serviceKey, signer, process: { admission } }: BatchDeps,
): void {
  const call = () => callWorker({ functionUrl, serviceKey, signer, admission });
  afterResponse(Promise.all(Array.from({ length: Math.min(items, WORKERS) }, call)));
}

/**
 * Waits for a call of the database.
 *
 * @returns Its value, or `queue_unavailable` if it fails.
 */
export async function orUnavailable<T>(call: Promise<T>): Promise<Result<T>> {
  try {
    return ok(await call);
  } catch (cause) {
    const message = "The database, which keeps the batches, cannot be reached. Try again.";
    return fail(new AppError("queue_unavailable", message, { cause }));
  }
}
