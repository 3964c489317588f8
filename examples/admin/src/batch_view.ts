import {
  type BatchCreated,
  createBatch,
  type PhotoOptions,
  type ProcessImageError,
} from "@process-image/client";
import type { SupabaseClient } from "@supabase/supabase-js";
import { announce } from "./announce.ts";
import { createBatchBoard } from "./batch_board.ts";
import { button, el, fill } from "./dom.ts";
import { createDropZone } from "./drop_zone.ts";
import { bytes, photos } from "./format.ts";
import { createLeftOut, leftOutSentence, nothingLeftSentence } from "./left_out.ts";
import { createOptionsForm } from "./options_form.ts";
import { createProblem, textOf } from "./problem.ts";
import { createSettingsAside } from "./settings_aside.ts";
import { type LeftOut, uploadAll, type UploadedPhoto } from "./upload_all.ts";
import { heading, type View } from "./view.ts";

/** Bound on the photos of a batch. */
const MAX_PHOTOS = 500;
/** The function's bound on the characters of a file name. */
const MAX_NAME = 255;

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
    const { signal } = sending = new AbortController();
    const problem = (error: ProcessImageError): void => {
      announce(textOf(error));
      fill(upload, createProblem(error, () => void send(files)));
    };
    const sent = await sendAll(supabase, files, upload, signal);
    if (signal.aborted) return;
    if (sent.error) return problem(sent.error);
    const { data, error, leftOut } = await create(
      supabase,
      sent,
      choice.options,
      signal,
    );
    if (signal.aborted) return;
    if (error) return problem(error);
    const list = (title: string) => createLeftOut(leftOut, title, () => fill(upload));
    if (!data) {
      const nothing = nothingLeftSentence(leftOut);
      announce(nothing);
      return fill(upload, list(nothing));
    }
    const some = leftOut.length > 0 && leftOutSentence(leftOut);
    fill(upload, some && list(some));
    announce([`A batch of ${photos(data.total)} has begun.`, some].filter(Boolean).join(" "));
    location.hash = `batch/${data.batch_id}`; // a bookmark of the address shows this batch again
  };

  const element = el(
    "div",
    { class: "with-aside" },
    createSettingsAside("Settings", settings.element),
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

/** Uploads the photos and shows the progress, with a button that stops it. */
async function sendAll(
  supabase: SupabaseClient,
  files: File[],
  place: HTMLElement,
  signal: AbortSignal,
): ReturnType<typeof uploadAll> {
  const bar = el("progress", { value: 0, "aria-label": "Upload of the batch" });
  const text = el("p", { class: "progress-text" });
  const stopped = new AbortController();
  const stop = button("Stop", () => stopped.abort());
  fill(place, text, bar, stop);
  return await uploadAll(supabase, files, {
    signal: AbortSignal.any([signal, stopped.signal]),
    onProgress: ({ sentBytes, totalBytes }) => {
      bar.max = totalBytes;
      bar.value = sentBytes;
      fill(
        text,
        `Uploading ${photos(files.length)}: ${bytes(sentBytes)} of ${bytes(totalBytes)}`,
      );
    },
  });
}

interface Created {
  /** The batch; unset if all files were left out. */
  data?: BatchCreated;
  error?: ProcessImageError;
  leftOut: readonly LeftOut[];
}

/** Creates the batch. Photos that Storage does not have any more are left out, too. */
async function create(
  supabase: SupabaseClient,
  { photos, leftOut }: {
    photos: readonly UploadedPhoto[];
    leftOut: readonly LeftOut[];
  },
  options: PhotoOptions,
  signal: AbortSignal,
): Promise<Created> {
  if (photos.length === 0) return { leftOut };
  const items = photos.map(({ file, path }) => ({
    storage_path: path,
    options,
    filename: file.name.slice(-MAX_NAME).replaceAll(
      /\0|\p{Surrogate}/gu,
      "\ufffd",
    ),
  }));
  const { data, error } = await createBatch(supabase, items, { signal });
  if (!error) return { data, leftOut };
  const missing = new Set(positionsOf(error));
  if (missing.size === 0 || missing.size === photos.length) {
    return { error, leftOut };
  }
  const without = photos.filter((_, index) => missing.has(index)).map((
    { file },
  ) => ({
    file,
    reason: "Storage does not have the photo any more. Choose it again.",
  }));
  const rest = photos.filter((_, index) => !missing.has(index));
  return await create(
    supabase,
    { photos: rest, leftOut: [...leftOut, ...without] },
    options,
    signal,
  );
}

/** Returns the positions of the photos that Storage does not have, or that the user may not read. */
function positionsOf(
  { code, details: { positions } }: ProcessImageError,
): number[] {
  return code === "source_not_found" && Array.isArray(positions) ? positions.map(Number) : [];
}
