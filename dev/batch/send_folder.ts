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

/** What sending a folder takes. */
export interface Sending {
  originals: Originals;
  api: BatchApi;
  screen: Screen;
  /** The time, in milliseconds. */
  now: () => number;
  signal?: AbortSignal;
  /** Hears of each batch as soon as it is enqueued: from then on it is worked on, whatever becomes of the command. */
  onBatch: (id: string) => void;
}

/** What was sent. */
export interface Sent {
  /** The file's name of each path in Storage; of two equal files one. */
  names: Map<string, string>;
  /** Photos that could not be uploaded. */
  failures: (Uploaded & { ok: false })[];
}

/** As many names as are told of what is no photo. */
const TOLD = 5;

/**
 * Uploads the photos of a folder and enqueues them, batch by batch: the first is worked on while the second is uploaded.
 *
 * @throws {BatchError} If there are no photos, or Storage or the function refuse them.
 */
export async function sendFolder(
  folder: string,
  settings: BatchSettings,
  { originals, api, screen, now, signal, onBatch }: Sending,
): Promise<Sent> {
  const { photos, others } = await findPhotos(folder);
  if (others.length > 0) screen.say(`No photos, left out: ${listed(others)}`);
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

const SEEN = "the same photos and settings as before, so no new one (--again makes one)";

function listed(names: readonly string[]): string {
  const told = names.slice(0, TOLD).map(printable).join(", ");
  return names.length > TOLD ? `${told} and ${names.length - TOLD} more` : told;
}
