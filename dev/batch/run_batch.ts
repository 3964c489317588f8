import type { BatchCommand } from "./arguments.ts";
import { BatchApi } from "./batch_api.ts";
import { followBatches } from "./follow_batches.ts";
import { Originals } from "./originals.ts";
import { type Patience, Project } from "./project.ts";
import type { Screen } from "./screen.ts";
import { sendFolder } from "./send_folder.ts";

/** What a run takes besides its command. */
export interface BatchRun {
  screen: Screen;
  /** The time, in milliseconds. */
  now: () => number;
  /** Ends the run; the batches go on. */
  signal?: AbortSignal;
  /** How patient its calls are, and the wait between two looks at a batch, in milliseconds. */
  patience?: Patience & { gapMs?: number };
  /** Hears the batches' ids as they are known. */
  onBatch?: (id: string) => void;
}

/**
 * Does what `deno task batch` is asked for.
 *
 * @returns Whether all went well: all photos succeeded, or were cancelled where that was asked for.
 * @throws {BatchError} If it can not be done.
 * @throws {unknown} The signal's reason, once it is aborted.
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

/** How to watch batches, which go on by themselves. */
export function attachHint(ids: readonly string[]): string {
  if (ids.length === 0) return "Nothing was enqueued. The same command goes on where it stopped.";
  return `It goes on by itself. To watch it: deno task batch --attach ${ids.join(" ")}`;
}
