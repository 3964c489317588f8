import {
  type Batch,
  cancelBatch,
  type ProcessImageError,
  requeueBatch,
  watchBatch,
} from "@process-image/client";
import type { SupabaseClient } from "@supabase/supabase-js";
import { announce } from "./announce.ts";
import { button, el, fill } from "./dom.ts";
import { simulatedNote } from "./outcome_notes.ts";
import { createProblem, textOf } from "./problem.ts";
import { VARIANTS } from "./variants.ts";

const STATES = {
  queued: "waiting",
  processing: "processing",
  succeeded: "stored",
  failed: "failed",
  cancelled: "cancelled",
};

interface Watching {
  id: string;
  ended: AbortController;
  /** Whether the watch is still running. */
  running: boolean;
}

/** Shows the progress of a batch. */
export interface BatchBoard {
  element: HTMLElement;
  /** Shows this batch from now on. */
  watch(id: string): void;
}

/** Creates the board of a batch: a bar, the counts, each photo's state, and buttons to cancel and to requeue. */
export function createBatchBoard(supabase: SupabaseClient): BatchBoard {
  const problem = el("div", {});
  const bar = el("progress", {
    "aria-label": "Progress of the batch",
    value: 0,
  });
  const counts = el("p", { class: "progress-text" });
  const items = el("ol", { class: "batch-items" });
  const cancel = button("Cancel the batch", () => void change(cancelBatch));
  const requeue = button(
    "Try the failed ones again",
    () => void change(requeueBatch),
  );
  const element = el(
    "section",
    { class: "batch-board", "aria-label": "The batch", hidden: true },
    counts,
    bar,
    el("p", { class: "actions" }, cancel, requeue),
    problem,
    items,
  );
  let watching: Watching | undefined;

  const fail = (error: ProcessImageError, retry: () => void): void => {
    fill(problem, createProblem(error, retry));
    announce(textOf(error));
  };

  const show = (batch: Batch): void => {
    element.hidden = false;
    element.dataset.state = batch.state;
    const { succeeded, failed, cancelled, total } = batch.counts;
    bar.max = Math.max(1, total);
    bar.value = succeeded + failed + cancelled;
    fill(counts, sentence(batch));
    const isOver = batch.state === "finished" || batch.state === "cancelled";
    cancel.hidden = isOver;
    requeue.hidden = failed === 0;
    if (batch.items.length > 0) fill(items, ...batch.items.map(createItem));
  };

  /** Removes the previous batch. */
  const clear = (): void => {
    element.hidden = true;
    fill(items);
  };

  const watch = (id: string): void => {
    if (watching?.id === id && watching.running) return;
    watching?.ended.abort();
    const mine: Watching = { id, ended: new AbortController(), running: true };
    if (watching?.id !== id) clear();
    watching = mine;
    fill(problem);
    void watchBatch(supabase, id, { onChange: show, signal: mine.ended.signal })
      .then(
        ({ data, error }) => {
          mine.running = false;
          if (mine.ended.signal.aborted) return;
          if (error) {
            element.hidden = false;
            return fail(error, () => watch(id));
          }
          show(data);
          announce(sentence(data));
        },
      );
  };

  const change = async (call: typeof cancelBatch): Promise<void> => {
    if (!watching) return;
    const { id } = watching;
    const { data, error } = await call(supabase, id);
    if (error) return fail(error, () => void change(call));
    show(data);
    watch(id); // requeued photos continue
  };
  return { element, watch };
}

/** Creates the links to a photo's pictures. */
function createLinks(photo: string, urls: Record<string, string>): HTMLElement {
  const links = VARIANTS.filter((variant) => urls[variant]).map((variant) =>
    el(
      "a",
      {
        href: urls[variant],
        target: "_blank",
        rel: "noopener",
        "aria-label": `Open ${variant} of ${photo}`,
      },
      variant,
    )
  );
  return el("p", { class: "links" }, ...links);
}

function sentence(
  { state, counts: { succeeded, failed, cancelled, total } }: Batch,
): string {
  const done = succeeded + failed + cancelled;
  const parts = [
    `${done} of ${total} done`,
    failed > 0 && `${failed} failed`,
    cancelled > 0 && `${cancelled} cancelled`,
  ].filter(Boolean).join(", ");
  return {
    queued: "Waiting: ",
    running: "",
    finished: "Finished: ",
    cancelled: "Cancelled: ",
  }[state] +
    parts;
}

function createItem(item: Batch["items"][number]): HTMLElement {
  const { state, error, warnings = [], tries, storage_urls: urls, metadata } = item;
  const simulated = simulatedNote(metadata);
  const name = item.filename ?? item.storage_path.path;
  const text = state === "queued" && error ? `waiting, after ${tries} failed tries` : STATES[state];
  return el(
    "li",
    { "data-state": state },
    urls?.grid
      ? el("img", {
        class: "ground",
        src: urls.grid,
        width: 90,
        height: 60,
        alt: "",
        loading: "lazy",
      })
      : el("span", { class: "no-image ground", "aria-hidden": "true" }),
    el(
      "div",
      {},
      el("p", {}, name),
      error && el("p", { class: "quiet" }, error.message),
      simulated !== null && el("p", { class: "quiet" }, simulated),
      ...warnings.map(({ message }) => el("p", { class: "quiet" }, message)),
      urls && createLinks(name, urls),
    ),
    el("span", { class: "state" }, text),
  );
}
