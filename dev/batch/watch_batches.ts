import { pause } from "../../shared/lib/pause.ts";
import type { BatchApi } from "./batch_api.ts";
import { type Board, isOpen } from "./board.ts";
import { eachAtMost } from "./each_at_most.ts";
import type { Failure } from "./failure_table.ts";

/** Options of {@linkcode watchBatches}. */
export interface Watching {
  signal?: AbortSignal;
  /** Called after each read with the new failures; the first call is for all batches together. */
  onRead: (failed: Failure[]) => void;
  /** Wait between two reads of a batch, in milliseconds: each costs the function CPU time. @default 5000 */
  gapMs?: number;
}

/** Bound on simultaneously watched batches: the function processes them in order, so that later ones can wait. */
const AT_ONCE = 3;

/**
 * Watches batches until they have no unfinished photos.
 *
 * @param board Receives the states.
 * @throws {BatchError} If a batch cannot be read.
 * @throws {unknown} The signal's reason, after its abort.
 */
export async function watchBatches(
  api: BatchApi,
  ids: readonly string[],
  board: Board,
  { signal, onRead, gapMs = 5_000 }: Watching,
): Promise<void> {
  const read = async (id: string, since?: number) => {
    const status = await api.status(id, since, signal);
    return { status, failed: board.update(status) };
  };
  const watch = async (id: string, since: number) => {
    for (;;) {
      const { status, failed } = await read(id, since);
      onRead(failed);
      if (!isOpen(status)) return;
      since = status.changes;
      await pause(gapMs, signal);
      signal?.throwIfAborted();
    }
  };
  // The combined state is known after the first read of each batch.
  const first = await eachAtMost(ids, AT_ONCE, (id) => read(id));
  const open = first.map(({ status }) => status).filter(isOpen);
  onRead(open.length > 0 ? board.failures : []);
  await eachAtMost(open, AT_ONCE, ({ batch_id, changes }) => watch(batch_id, changes));
}
