import type { BatchApi } from "./batch_api.ts";
import { Board } from "./board.ts";
import { type Failure, printable } from "./failure_table.ts";
import { Progress } from "./progress.ts";
import { progressLine } from "./progress_line.ts";
import type { Screen } from "./screen.ts";
import { resultLines, summary } from "./summary.ts";
import { watchBatches } from "./watch_batches.ts";

/** Options of {@linkcode followBatches}. */
export interface Following {
  api: BatchApi;
  screen: Screen;
  /** Returns the time, in milliseconds. */
  now: () => number;
  signal?: AbortSignal;
  /** Wait between two reads of a batch, in milliseconds. */
  gapMs?: number;
  /** File for one line of JSON per photo, written at the end. */
  results?: string;
  /** Returns the file name of a path in Storage, for items without a name. */
  nameOf?: (path: string) => string | undefined;
}

/** Interval of redrawing the progress line without changes, in milliseconds, to update the remaining time. */
const DRAW_EVERY_MS = 1_000;

/**
 * Shows the progress of batches until they end, and then their results.
 *
 * @returns Whether all photos succeeded.
 * @throws {BatchError} If a batch cannot be read.
 * @throws {unknown} The signal's reason, after its abort.
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
  const onRead = (failed: Failure[]) => {
    for (const { photo, code, message } of failed) {
      screen.say(`Failed: ${printable(`${photo}: ${message} (${code})`)}`);
    }
    progress.record(board.counts.total - board.left);
    draw();
  };

  const timer = setInterval(draw, DRAW_EVERY_MS);
  try {
    await watchBatches(api, ids, board, { signal, gapMs, onRead });
  } finally {
    clearInterval(timer);
  }
  screen.settle(line);
  if (results) await Deno.writeTextFile(results, resultLines(board));
  screen.say(summary(board, results));
  return board.counts.succeeded === board.counts.total;
}
