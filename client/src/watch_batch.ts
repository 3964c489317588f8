import { type Answered, answered } from "./answered.ts";
import { type BatchCallOptions, callBatch } from "./batches.ts";
import { clock } from "./clock.ts";
import { aborted } from "./process_image_error.ts";
import { notify } from "./progress.ts";
import type { SupabaseLike } from "./supabase_like.ts";
import type { Batch } from "./types.ts";

/** Options of {@linkcode watchBatch}. */
export interface WatchBatchOptions extends BatchCallOptions {
  /** Called with the batch at first, and after each change. */
  onChange?: (batch: Batch) => void;
}

/** Time that the function waits for a change, in seconds. */
const WAIT_SECONDS = 25;

/** Minimum time between two reads, in milliseconds: each costs the function CPU time, and photos end in quick succession. */
const MIN_INTERVAL_MS = 1_000;

/** Tries of a read: a network outage of some minutes does not end a night's watch. */
const READ_ATTEMPTS = 20;

/**
 * Watches a batch until it has finished or has been cancelled.
 *
 * @returns The batch at its end, with every photo.
 * @example
 * ```ts
 * const { data, error } = await watchBatch(supabase, batchId, {
 *   onChange: ({ counts }) => bar.value = (counts.succeeded + counts.failed) / counts.total,
 * });
 * ```
 */
export function watchBatch(
  supabase: SupabaseLike,
  batchId: string,
  options: WatchBatchOptions = {},
): Promise<Answered<Batch>> {
  const { signal, onChange } = options;
  const read = async (query: string): Promise<Batch> => {
    const { data, error } = await callBatch<Batch>(
      supabase,
      `/${encodeURIComponent(batchId)}${query}`,
      { ...options, retry: { attempts: READ_ATTEMPTS, ...options.retry } },
      { method: "GET" },
    );
    if (error) throw error;
    return data;
  };
  return answered(signal, async () => {
    let batch = await read("");
    for (;;) {
      notify(onChange, batch);
      if (batch.state === "finished" || batch.state === "cancelled") return batch;
      batch = await nextChange(batch);
    }
  });

  async function nextChange({ changes }: Batch): Promise<Batch> {
    for (;;) {
      await clock.sleep(MIN_INTERVAL_MS, signal);
      if (signal?.aborted) throw aborted(signal);
      const batch = await read(`?wait=${WAIT_SECONDS}&since=${changes}`);
      // The answer has no photos if the batch has not changed.
      if (batch.changes !== changes) return batch;
    }
  }
}
