import { createBatch, uploadPhoto } from "@process-image/client";
import type { SupabaseClient } from "@supabase/supabase-js";
import { announce } from "./announce.ts";
import { createBatchBoard } from "./batch_board.ts";
import { button, el, fill } from "./dom.ts";
import { createDropZone } from "./drop_zone.ts";
import { bytes, photos } from "./format.ts";
import { CONVERT } from "./heic/convert.ts";
import { createOptionsForm } from "./options_form.ts";
import { createProblem } from "./problem.ts";
import { createSettingsAside } from "./settings_aside.ts";
import { heading, type View } from "./view.ts";

/** Bound on simultaneous uploads. */
const UPLOADS_AT_ONCE = 3;
/** Bound on the photos of a batch. */
const MAX_PHOTOS = 500;

/** Creates the view of batches: many photos that the server processes on its own. */
export function createBatchView(supabase: SupabaseClient): View {
  const title = heading("Batch");
  const settings = createOptionsForm(supabase, { withOriginal: false });
  const upload = el("div", { class: "batch-upload" });
  const board = createBatchBoard(supabase);
  let sending: AbortController | undefined;

  const send = async (files: File[]): Promise<void> => {
    const choice = settings.read();
    if (!choice) return;
    if (files.length > MAX_PHOTOS) {
      return fill(
        upload,
        `A batch has at most ${MAX_PHOTOS} photos; you chose ${files.length}.`,
      );
    }
    sending?.abort();
    const mine = sending = new AbortController();
    const outcome = await sendAll(supabase, files, upload, mine.signal);
    if (mine.signal.aborted) return;
    if (!outcome.paths) {
      const retry = () => void send(files);
      announce(outcome.error.message);
      return fill(upload, createProblem(outcome.error, retry));
    }
    const items = outcome.paths.map((storage_path, index) => ({
      storage_path,
      options: choice.options,
      filename: files[index].name.slice(0, 255),
    }));
    const { data, error } = await createBatch(supabase, items, {
      signal: mine.signal,
    });
    if (mine.signal.aborted) return;
    if (error) {
      return fill(
        upload,
        createProblem(error, () => void send(files)),
      );
    }
    fill(upload);
    announce(`A batch of ${photos(data.total)} has begun.`);
    location.hash = `batch/${data.batch_id}`; // a bookmark of the address shows this batch again
  };

  const element = el(
    "div",
    { class: "with-aside" },
    createSettingsAside(settings.element),
    el(
      "div",
      {},
      title,
      el(
        "p",
        { class: "quiet" },
        "After the upload the server processes the photos on its own: you can close this page then.",
      ),
      createDropZone("Choose photos for a batch", (files) => void send(files)),
      upload,
      board.element,
    ),
  );
  const shown = (id: string | undefined): void => {
    if (id) board.watch(id);
  };
  return { title: "Batch", element, heading: title, shown };
}

type Sent =
  | { paths: { bucket: string; path: string }[] }
  | {
    paths?: undefined;
    error: NonNullable<Awaited<ReturnType<typeof uploadPhoto>>["error"]>;
  };

/** Uploads the photos, several at a time, and shows the progress. Photos that are already in Storage are not sent again. */
async function sendAll(
  supabase: SupabaseClient,
  files: File[],
  place: HTMLElement,
  signal: AbortSignal,
): Promise<Sent> {
  const sizes = files.map(({ size }) => size); // a converted photo has another size
  const sent = files.map(() => 0);
  const bar = el("progress", {
    value: 0,
    "aria-label": "Upload of the batch",
  });
  const text = el("p", { class: "progress-text" });
  const stopped = new AbortController();
  const stop = button("Stop", () => {
    stopped.abort();
    fill(
      place,
      "You stopped the upload. Photos that are already uploaded are not sent again.",
    );
  });
  const both = AbortSignal.any([signal, stopped.signal]);
  const showProgress = (): void => {
    const [sum, total] = [sent, sizes].map((list) => list.reduce((a, b) => a + b, 0));
    bar.max = total;
    bar.value = sum;
    fill(
      text,
      `Uploading ${photos(files.length)}: ${bytes(sum)} of ${bytes(total)}`,
    );
  };
  showProgress();
  fill(place, text, bar, stop);

  const paths: { bucket: string; path: string }[] = [];
  const waiting = [...files.entries()];
  let problem: Extract<Sent, { paths?: undefined }> | undefined;
  const takeNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next && !problem; next = waiting.shift()) {
      const [index, file] = next;
      const { data, error } = await uploadPhoto(supabase, file, {
        signal: both,
        convert: CONVERT,
        onProgress: ({ uploadedBytes, totalBytes }) => {
          sizes[index] = totalBytes ?? sizes[index];
          sent[index] = uploadedBytes ?? sent[index];
          showProgress();
        },
      });
      if (error) return void (problem ??= { error });
      paths[index] = data;
      sent[index] = sizes[index];
      showProgress();
    }
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, takeNext));
  return problem ?? { paths };
}
