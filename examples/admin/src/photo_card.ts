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
import type { KeptPhoto } from "./kept_photos.ts";
import type { Choice } from "./options_form.ts";
import { createPreview } from "./preview.ts";
import { createProblem, textOf } from "./problem.ts";
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
  /** Shows the last answer, or that there is none, after a reload of the page. */
  restore(): Promise<void>;
  /** Marks the pictures as stale if they have other settings than these; `null` if the settings are invalid. */
  compare(choice: Choice | null): void;
  /** Stops the processing and releases the images. */
  dispose(): void;
}

/** Parts of a card that the view provides. */
export interface PhotoCardOptions {
  supabase: SupabaseClient;
  /** The photo; without an answer, if it is new. */
  photo: Omit<KeptPhoto, "user">;
  /** The settings of the processing that is about to begin, or of the kept answer. */
  choice?: Choice;
  /** Returns the current settings, for another try; `null` if they are invalid. */
  readChoice: () => Choice | null;
  /** Called when the user removes the photo from the page. */
  onRemove: () => void;
  /** Called when the photo has to be kept in another state. */
  onKeep: (photo: Omit<KeptPhoto, "user">) => void;
  /** Called when a processing has ended. */
  onEnd: () => void;
}

/** Returns the options of a call of the client. */
export function callOptions({ options, keepOriginal }: Choice) {
  return {
    options,
    uploadToStorage: true,
    upload: { convert: CONVERT, ...(keepOriginal && { directBytes: 0 }) },
  };
}

/** Creates a photo's card. */
export function createPhotoCard(
  { supabase, photo, readChoice, onRemove, onKeep, onEnd, ...given }: PhotoCardOptions,
): PhotoCard {
  const { name } = photo;
  const ended = new AbortController();
  const progress = createProgressLine(name);
  const notes = el("div", { class: "card-notes" });
  const stale = el("div", { class: "card-notes" });
  const preview = createPreview(photo.file, name);
  const place = el("div", { class: "card-result" }, preview.element);
  const title = el("h2", { tabindex: -1 }, name);
  const element = el(
    "article",
    { class: "card", "aria-busy": "true" },
    el(
      "header",
      {},
      title,
      button("Remove", onRemove, {
        class: "plain",
        "aria-label": `Remove ${name} from the page`,
      }),
    ),
    progress.element,
    notes,
    stale,
    place,
  );
  let busy = true;
  let result: Result | undefined;
  /** The settings of the running processing, or of the last one. */
  let choice = given.choice;
  /** The photo as the browser keeps it. Its file is the one that was sent: a converted HEIC is not converted again. */
  let kept = photo;
  const keep = (changes: Partial<KeptPhoto>): void => {
    kept = { ...kept, ...changes };
    onKeep(kept);
  };

  const retry = (): void => {
    const next = readChoice();
    if (!next) return;
    title.focus(); // the button that had the focus disappears
    void process(next);
  };

  const rest = (state: "failed" | "stored"): void => {
    busy = false;
    progress.stop();
    element.setAttribute("aria-busy", "false");
    element.dataset.state = state;
    progress.element.hidden = state === "failed";
  };

  const showReply = async (reply: ProcessedImage): Promise<boolean> => {
    const next = await createResult(reply, kept.file, retry, ended.signal);
    if (ended.signal.aborted) {
      next.dispose();
      return false;
    }
    fill(notes);
    fill(place, next.element);
    preview.dispose();
    result?.dispose();
    result = next;
    return true;
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
      rest("failed");
      announce(`${name} failed. ${textOf(error)}`);
      return onEnd();
    }
    if (!await showReply(data)) return;
    const { conversion: _, ...reply } = data;
    keep({ reply, choice, source: data.source ?? kept.source });
    rest("stored");
    announce(
      `${name} is stored.${data.warnings.map(({ message }) => ` ${message}`).join("")}`,
    );
    onEnd();
  };

  const process = async (next: Choice): Promise<void> => {
    busy = true;
    choice = next;
    element.setAttribute("aria-busy", "true");
    element.dataset.state = "working";
    progress.element.hidden = false;
    fill(notes);
    fill(stale);
    const outcome = await processImage(supabase, kept.source ?? kept.file, {
      ...callOptions(next),
      filename: name,
      signal: ended.signal,
      onProgress: show,
    });
    await finish(outcome);
  };

  const restore = async (): Promise<void> => {
    if (kept.reply) {
      if (await showReply(kept.reply)) rest("stored");
      return;
    }
    fill(
      notes,
      el(
        "div",
        { class: "notice warning" },
        el("p", {}, "This photo was not stored before the page was reloaded."),
        el("p", { class: "actions" }, button("Try again", retry)),
      ),
    );
    rest("failed");
  };

  const compare = (current: Choice | null): void => {
    const isStale = !busy && result !== undefined && current !== null && choice !== undefined &&
      JSON.stringify(current.options) !== JSON.stringify(choice.options);
    element.classList.toggle("stale", isStale);
    if (isStale === (stale.childElementCount > 0)) return;
    fill(
      stale,
      isStale && el(
        "p",
        { class: "notice warning stale-note" },
        "These pictures have other settings than the form now shows.",
        button("Render with the new settings", retry, { class: "plain" }),
      ),
    );
  };

  const show = (next: Progress): void => {
    element.dataset.state = "working";
    const { conversion } = next;
    if (conversion) {
      kept = { ...kept, file: conversion.photo };
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
    restore,
    compare,
    dispose: () => {
      ended.abort();
      progress.stop();
      preview.dispose();
      result?.dispose();
    },
  };
}
