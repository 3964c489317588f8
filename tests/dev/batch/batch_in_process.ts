import { readArguments } from "../../../dev/batch/arguments.ts";
import { runBatch } from "../../../dev/batch/run_batch.ts";
import { Screen } from "../../../dev/batch/screen.ts";

/** The outcome of a command. */
export interface BatchOutcome {
  /** Whether its status is 0. */
  well: boolean;
  /** Its output. */
  out: string;
  /** The batches that it used. */
  ids: string[];
}

/** Runs `deno task batch` in this process, without waits, writing as to a file instead of a terminal. */
export async function batchInProcess(
  project: { url: string; key: string },
  ...args: string[]
): Promise<BatchOutcome> {
  const command = readArguments([...args, "--url", project.url, "--key", project.key], {});
  let out = "";
  const ids: string[] = [];
  const now = () => performance.now();
  const screen = new Screen({ write: (text) => out += text, columns: () => null, now });
  const patience = { firstWaitMs: 1, maxWaitMs: 2, gapMs: 0 };
  const well = await runBatch(command, { screen, now, patience, onBatch: (id) => ids.push(id) });
  return { well, out, ids };
}
