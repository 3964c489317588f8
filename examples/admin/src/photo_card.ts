import {
  type Answered,
  type ProcessedImage,
  processImage,
  type Progress,
} from "@process-image/client";
import type { SupabaseClient } from "@supabase/supabase-js";
import { announce } from "./announce.ts";
import { button, el, fill } from "./dom.ts";
import { CONVERT } from "./heic/convert.ts";
import type { Choice } from "./options_form.ts";
import { createPreview } from "./preview.ts";
import { createProblem } from "./problem.ts";
import { createProgressLine } from "./progress_line.ts";
import { createResult, type Result } from "./result.ts";

/** A photo on the page: its progress, then its outcome. */
export interface PhotoCard {
  element: HTMLElement;
  /** Whether no processing is in progress, so that {@linkcode process} can be called. */
  readonly idle: boolean;
  show(progress: Progress): void;
  finish(outcome: Answered<ProcessedImage>): Promise<void>;
  /** Processes the photo (again) with these settings. */
  process(choice: Choice): Promise<void>;
  /** Stops the processing and releases the images. */
  dispose(): void;
}

/** Returns the options of a call of the client. */
export function callOptions({ options, keepOriginal }: Choice) {
  return {
    options,
    uploadToStorage: true,
    upload: { convert: CONVERT, ...(keepOriginal && { directBytes: 0 }) },
  };
}

/**
 * Creates a photo's card.
 *
 * @param file The photo.
 * @param readChoice Returns the current settings, for another try; `null` if they are invalid.
 * @param onRemove Called when the user removes the photo from the page.
 */
export function createPhotoCard(
  supabase: SupabaseClient,
  file: File,
  readChoice: () => Choice | null,
  onRemove: () => void,
): PhotoCard {
  const ended = new AbortController();
  const progress = createProgressLine(file.name);
  const notes = el("div", { class: "card-notes" });
  const preview = createPreview(file);
  const place = el("div", { class: "card-result" }, preview.element);
  const title = el("h2", { tabindex: -1 }, file.name);
  const element = el(
    "article",
    { class: "card", "aria-busy": "true" },
    el(
      "header",
      {},
      title,
      button("Remove", onRemove, {
        class: "plain",
        "aria-label": `Remove ${file.name} from the page`,
      }),
    ),
    progress.element,
    notes,
    place,
  );
  let busy = true;
  let result: Result | undefined;
  let source: ProcessedImage["source"];
  /** The file that was sent: a converted HEIC is not converted again for other settings, and the browser can show it. */
  let sent: Blob = file;

  const retry = (): void => {
    const choice = readChoice();
    if (!choice) return;
    title.focus(); // the button that had the focus disappears
    void process(choice);
  };

  const finish = async (
    { data, error }: Answered<ProcessedImage>,
  ): Promise<void> => {
    busy = false;
    progress.stop();
    element.setAttribute("aria-busy", "false");
    if (ended.signal.aborted) return;
    if (error) {
      fill(notes, createProblem(error, retry));
      element.dataset.state = "failed";
      progress.element.hidden = true;
      return announce(`${file.name} failed. ${error.message}`);
    }
    source = data.source ?? source;
    const next = await createResult(data, sent, retry, ended.signal);
    if (ended.signal.aborted) return next.dispose();
    fill(notes);
    fill(place, next.element);
    preview.dispose();
    result?.dispose();
    result = next;
    element.dataset.state = "stored";
    announce(
      `${file.name} is stored.${data.warnings.map(({ message }) => ` ${message}`).join("")}`,
    );
  };

  const process = async (choice: Choice): Promise<void> => {
    busy = true;
    element.setAttribute("aria-busy", "true");
    element.dataset.state = "working";
    progress.element.hidden = false;
    fill(notes);
    const outcome = await processImage(supabase, source ?? sent, {
      ...callOptions(choice),
      filename: file.name,
      signal: ended.signal,
      onProgress: show,
    });
    await finish(outcome);
  };

  const show = (next: Progress): void => {
    element.dataset.state = "working";
    const { conversion } = next;
    if (conversion) {
      sent = conversion.photo;
      preview.converted(conversion);
    }
    progress.show(next);
  };

  return {
    element,
    get idle() {
      return !busy;
    },
    show,
    finish,
    process,
    dispose: () => {
      ended.abort();
      progress.stop();
      preview.dispose();
      result?.dispose();
    },
  };
}
