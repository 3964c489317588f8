import type { BatchApi } from "./batch_api.ts";
import { BatchError } from "./batch_error.ts";
import { type BatchSettings, enqueue, MAX_ITEMS } from "./enqueue.ts";
import { printable } from "./failure_table.ts";
import { findPhotos } from "./find_photos.ts";
import type { Originals } from "./originals.ts";
import { Progress } from "./progress.ts";
import { progressLine } from "./progress_line.ts";
import type { Screen } from "./screen.ts";
import { type Uploaded, uploadPhotos } from "./upload_photos.ts";

/** Context of {@linkcode sendFolder}. */
export interface Sending {
  originals: Originals;
  api: BatchApi;
  screen: Screen;
  /** Returns the time, in milliseconds. */
  now: () => number;
  signal?: AbortSignal;
  /** Called with each enqueued batch, which then continues without the command. */
  onBatch: (id: string) => void;
}

/** The result of {@linkcode sendFolder}. */
export interface Sent {
  /** File names by path in Storage; equal files share one. */
  names: Map<string, string>;
  /** Photos that could not be uploaded. */
  failures: (Uploaded & { ok: false })[];
}

/** Bound on the listed names of skipped files. */
const MAX_LISTED = 5;

/**
 * Uploads the photos of a folder and enqueues them batch by batch, so that the first is processed during later uploads.
 *
 * @throws {BatchError} If there are no photos, or if Storage or the function refuses them.
 */
export async function sendFolder(
  folder: string,
  settings: BatchSettings,
  { originals, api, screen, now, signal, onBatch }: Sending,
): Promise<Sent> {
  const { photos, others } = await findPhotos(folder).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new BatchError(`There is no folder ${folder}.`);
  });
  if (others.length > 0) screen.say(`Not photos, skipped: ${listed(others)}`);
  if (photos.length === 0) throw new BatchError(`There are no photos in ${folder}.`);

  const sent: Sent = { names: new Map(), failures: [] };
  const progress = new Progress(now);
  let done = 0;
  let alreadyThere = 0;
  const line = (columns: number) => {
    const [total, left] = [photos.length, photos.length - done];
    const [perMinute, leftMs] = [progress.perMinute(), progress.leftMs(left)];
    const failed = sent.failures.length;
    return progressLine({ what: "uploaded", done, total, failed, perMinute, leftMs }, columns);
  };
  const onPhoto = (uploaded: Uploaded) => {
    if (uploaded.ok) {
      sent.names.set(uploaded.path, uploaded.photo.name);
      if (uploaded.wasThere) alreadyThere++;
    } else {
      sent.failures.push(uploaded);
      screen.say(`Not uploaded: ${printable(uploaded.photo.name)}: ${uploaded.reason}`);
    }
    progress.record(++done);
    screen.progress(line);
  };

  progress.record(0);
  for (let from = 0; from < photos.length; from += MAX_ITEMS) {
    const some = photos.slice(from, from + MAX_ITEMS);
    const uploaded = await uploadPhotos(originals, some, onPhoto, signal);
    const good = uploaded.filter((one) => one.ok);
    if (good.length === 0) continue;
    const { id, isNew } = await enqueue(api, good, settings, signal);
    onBatch(id);
    screen.say(isNew ? `Batch ${id}: ${good.length} photos` : `Batch ${id}: ${SEEN}`);
  }
  screen.settle(line);
  if (alreadyThere > 0) screen.say(`${alreadyThere} were in Storage already.`);
  return sent;
}

const SEEN = "already enqueued with the same photos and settings (--again creates a new batch)";

function listed(names: readonly string[]): string {
  const listedNames = names.slice(0, MAX_LISTED).map(printable).join(", ");
  return names.length > MAX_LISTED
    ? `${listedNames} and ${names.length - MAX_LISTED} more`
    : listedNames;
}
