import { pause } from "../../shared/lib/pause.ts";
import type { BatchApi } from "./batch_api.ts";
import { type Board, isOpen } from "./board.ts";
import { eachAtMost } from "./each_at_most.ts";
import type { Failure } from "./failure_table.ts";

/** What watching takes. */
export interface Watching {
  signal?: AbortSignal;
  /** Hears of each look, with the photos that have failed since the last; the first is one for all batches. */
  onLook: (failed: Failure[]) => void;
  /** Wait between two looks at a batch, in milliseconds: each costs the function CPU. @default 5000 */
  gapMs?: number;
}

/** How many batches are watched at once: they are worked on in their order, so that the later ones can wait. */
const AT_ONCE = 3;

/**
 * Watches batches until nothing of them is left to be done.
 *
 * @param board Takes what is seen.
 * @throws {BatchError} If a batch can not be looked at.
 * @throws {unknown} The signal's reason, once it is aborted.
 */
export async function watchBatches(
  api: BatchApi,
  ids: readonly string[],
  board: Board,
  { signal, onLook, gapMs = 5_000 }: Watching,
): Promise<void> {
  const look = async (id: string, since?: number) => {
    const status = await api.status(id, since, signal);
    return { status, failed: board.update(status) };
  };
  const watch = async (id: string, since: number) => {
    for (;;) {
      const { status, failed } = await look(id, since);
      onLook(failed);
      if (!isOpen(status)) return;
      since = status.changes;
      await pause(gapMs, signal);
      signal?.throwIfAborted();
    }
  };
  // How they stand together is known only once each has been looked at.
  const first = await eachAtMost(ids, AT_ONCE, (id) => look(id));
  const open = first.map(({ status }) => status).filter(isOpen);
  onLook(open.length > 0 ? board.failures : []);
  await eachAtMost(open, AT_ONCE, ({ batch_id, changes }) => watch(batch_id, changes));
}
