import type { BatchCommand } from "./arguments.ts";
import { BatchApi } from "./batch_api.ts";
import { followBatches } from "./follow_batches.ts";
import { Originals } from "./originals.ts";
import { type Patience, Project } from "./project.ts";
import type { Screen } from "./screen.ts";
import { sendFolder } from "./send_folder.ts";
import { DENO_TASK } from "../deno_task.ts";

/** Context of a run. */
export interface BatchRun {
  screen: Screen;
  /** Returns the time, in milliseconds. */
  now: () => number;
  /** Ends the run; the batches continue. */
  signal?: AbortSignal;
  /** Waits between tries, and between two reads of a batch, in milliseconds. */
  patience?: Patience & { gapMs?: number };
  /** Called with each batch's id. */
  onBatch?: (id: string) => void;
}

/**
 * Runs a command of `deno task batch`.
 *
 * @returns Whether all photos succeeded, or were cancelled by the command.
 * @throws {BatchError} If the command fails.
 * @throws {unknown} The signal's reason, after its abort.
 */
export async function runBatch(command: BatchCommand, run: BatchRun): Promise<boolean> {
  const { screen, now, signal, patience, onBatch = () => {} } = run;
  const { results } = command;
  const project = new Project(command.url, command.key, patience);
  const api = new BatchApi(project);
  const following = { api, screen, now, signal, results, gapMs: patience?.gapMs };

  if (command.kind !== "send") {
    for (const id of command.ids) {
      onBatch(id);
      if (command.kind === "requeue") await api.requeue(id);
      if (command.kind === "cancel") await api.cancel(id);
    }
    return await followBatches(command.ids, following) || command.kind === "cancel";
  }

  const ids: string[] = [];
  const originals = new Originals(project);
  const { names, failures } = await sendFolder(command.folder, command.settings, {
    ...{ api, originals, screen, now, signal },
    onBatch: (id) => {
      ids.push(id);
      onBatch(id);
    },
  });
  const uploaded = failures.length === 0;
  if (command.detach || ids.length === 0) {
    screen.say(attachHint(ids));
    return uploaded;
  }
  const processed = await followBatches(ids, { ...following, nameOf: (path) => names.get(path) });
  if (!uploaded) screen.say(`${failures.length} could not be uploaded: see above.`);
  return uploaded && processed;
}

/** Returns the hint how to watch the batches, which continue on their own. */
export function attachHint(ids: readonly string[]): string {
  if (ids.length === 0) return "Nothing was enqueued. Run the same command again to continue.";
  return `The batch continues on its own. To watch it: ${DENO_TASK} batch --attach ${
    ids.join(" ")
  }`;
}
