import type { BatchApi } from "./batch_api.ts";
import { Board } from "./board.ts";
import { type Failure, printable } from "./failure_table.ts";
import { Progress } from "./progress.ts";
import { progressLine } from "./progress_line.ts";
import type { Screen } from "./screen.ts";
import { resultLines, summary } from "./summary.ts";
import { watchBatches } from "./watch_batches.ts";

/** What following batches takes. */
export interface Following {
  api: BatchApi;
  screen: Screen;
  /** The time, in milliseconds. */
  now: () => number;
  signal?: AbortSignal;
  /** Wait between two looks at a batch, in milliseconds. */
  gapMs?: number;
  /** The file that gets a line of JSON for each photo at the end. */
  results?: string;
  /** The file's name of a path in Storage, where the function does not tell it. */
  nameOf?: (path: string) => string | undefined;
}

/** How often the line of progress is drawn anew while nothing happens, in milliseconds: the time left goes by. */
const DRAW_EVERY_MS = 1_000;

/**
 * Shows how batches get on until they are done, and what became of them.
 *
 * @returns Whether all photos succeeded.
 * @throws {BatchError} If a batch can not be looked at.
 * @throws {unknown} The signal's reason, once it is aborted.
 */
export async function followBatches(
  ids: readonly string[],
  { api, screen, now, signal, gapMs, results, nameOf }: Following,
): Promise<boolean> {
  const board = new Board(nameOf);
  const progress = new Progress(now);
  const line = (columns: number) => {
    const { failed, total } = board.counts;
    const { left } = board;
    const [perMinute, leftMs] = [progress.perMinute(), progress.leftMs(left)];
    const counted = { what: "processed", done: total - left, total, failed };
    return progressLine({ ...counted, perMinute, leftMs, begins: board.begins }, columns);
  };
  const draw = () => board.counts.total > 0 && screen.progress(line);
  const onLook = (failed: Failure[]) => {
    for (const { photo, code, message } of failed) {
      screen.say(`Failed: ${printable(`${photo}: ${message} (${code})`)}`);
    }
    progress.record(board.counts.total - board.left);
    draw();
  };

  const timer = setInterval(draw, DRAW_EVERY_MS);
  try {
    await watchBatches(api, ids, board, { signal, gapMs, onLook });
  } finally {
    clearInterval(timer);
  }
  screen.settle(line);
  screen.say(summary(board));
  if (results) await Deno.writeTextFile(results, resultLines(board));
  return board.counts.succeeded === board.counts.total;
}
