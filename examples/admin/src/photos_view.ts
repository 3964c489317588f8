import { processGallery } from "@process-image/client";
import type { SupabaseClient } from "@supabase/supabase-js";
import { announce } from "./announce.ts";
import { button, el, fill } from "./dom.ts";
import { createDropZone } from "./drop_zone.ts";
import { photos } from "./format.ts";
import { createOptionsForm } from "./options_form.ts";
import { callOptions, createPhotoCard, type PhotoCard } from "./photo_card.ts";
import { createSettingsAside } from "./settings_aside.ts";
import { heading, type View } from "./view.ts";

/** Bound on the photos in progress at a time. */
const AT_ONCE = 3;

/** Creates the view of single photos: drop them, see the results, render again with other settings. */
export function createPhotosView(supabase: SupabaseClient): View {
  const title = heading("Photos");
  const cards = new Set<PhotoCard>();
  const list = el("div", { class: "cards" });
  const again = button("Render the photos again", () => void renderAgain(), {
    disabled: true,
  });
  const settings = createOptionsForm(supabase, {
    withOriginal: true,
    onChange: () => update(),
  });
  const hint = el("p", { class: "quiet" });

  const runs = new Set<AbortController>();
  const stop = button("Stop", () => {
    for (const run of runs) run.abort();
    title.focus(); // the button disappears
  }, { class: "stop", disabled: true });

  const update = (): void => {
    stop.disabled = runs.size === 0;
    again.disabled = ![...cards].some(({ idle }) => idle);
    const text = "Other settings need no further cutout: the server keeps the cutout.";
    fill(hint, cards.size > 0 && text);
  };

  const add = (files: File[]): void => {
    const choice = settings.read();
    if (!choice) return;
    const added = files.map((file) => {
      const card: PhotoCard = createPhotoCard(supabase, file, settings.read, () => remove(card));
      cards.add(card);
      card.show({ stage: "preparing" });
      return card;
    });
    list.prepend(...added.map(({ element }) => element));
    void run(files, added, callOptions(choice));
    update();
  };

  const run = async (
    files: File[],
    added: PhotoCard[],
    options: ReturnType<typeof callOptions>,
  ): Promise<void> => {
    const shown: Promise<void>[] = [];
    const ended = new AbortController();
    runs.add(ended);
    const { succeeded, failed } = await processGallery(supabase, files, {
      ...options,
      concurrency: AT_ONCE,
      signal: ended.signal,
      onProgress: (index, _photo, progress) => added[index].show(progress),
      onResult: (index, result) => void shown.push(added[index].finish(result).then(update)),
    });
    await Promise.all(shown);
    runs.delete(ended);
    update();
    if (files.length > 1) announce(`${photos(succeeded)} stored, ${failed} failed.`);
  };

  const renderAgain = async (): Promise<void> => {
    const choice = settings.read();
    if (!choice) return;
    const waiting = [...cards].filter(({ idle }) => idle);
    const takeNext = async (): Promise<void> => {
      for (let card = waiting.shift(); card; card = waiting.shift()) {
        if (card.idle) await card.process(choice);
      }
    };
    const working = Promise.all(Array.from({ length: AT_ONCE }, takeNext));
    update();
    await working;
    update();
  };

  const remove = (card: PhotoCard): void => {
    card.dispose();
    card.element.remove();
    cards.delete(card);
    update();
    title.focus();
  };

  const element = el(
    "div",
    { class: "with-aside" },
    createSettingsAside(settings.element, again, hint),
    el("div", {}, title, createDropZone("Choose photos", add, stop), list),
  );
  return { title: "Photos", element, heading: title };
}
