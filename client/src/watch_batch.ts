import { type Answered, answered } from "./answered.ts";
import { type BatchCallOptions, callBatch } from "./batches.ts";
import { clock } from "./clock.ts";
import { aborted } from "./process_image_error.ts";
import { tell } from "./progress.ts";
import type { SupabaseLike } from "./supabase_like.ts";
import type { Batch } from "./types.ts";

/** What {@linkcode watchBatch} takes. */
export interface WatchBatchOptions extends BatchCallOptions {
  /** Hears of each change; at first, how it stands. */
  onChange?: (batch: Batch) => void;
}

/** How long the function is asked to wait for a change, in seconds. */
const WAIT_SECONDS = 25;

/** Least time between two looks, in milliseconds: each costs the function CPU, and photos end in quick succession. */
const GAP_MS = 1_000;

/** Tries of a look: a network that is away for some minutes does not end a night's watch. */
const LOOK_ATTEMPTS = 20;

/**
 * Watches a batch until it is finished or cancelled.
 *
 * @returns How it ended, with every photo.
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
  const look = async (query: string): Promise<Batch> => {
    const { data, error } = await callBatch<Batch>(
      supabase,
      `/${encodeURIComponent(batchId)}${query}`,
      { ...options, retry: { attempts: LOOK_ATTEMPTS, ...options.retry } },
      { method: "GET" },
    );
    if (error) throw error;
    return data;
  };
  return answered(signal, async () => {
    let batch = await look("");
    for (;;) {
      tell(onChange, batch);
      if (batch.state === "finished" || batch.state === "cancelled") return batch;
      batch = await nextChange(batch);
    }
  });

  async function nextChange({ changes }: Batch): Promise<Batch> {
    for (;;) {
      await clock.sleep(GAP_MS, signal);
      if (signal?.aborted) throw aborted(signal);
      const batch = await look(`?wait=${WAIT_SECONDS}&since=${changes}`);
      // One that has not changed comes without its photos.
      if (batch.changes !== changes) return batch;
    }
  }
}
