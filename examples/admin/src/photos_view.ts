import { processGallery } from "@process-image/client";
import type { SupabaseClient } from "@supabase/supabase-js";
import { announce } from "./announce.ts";
import { button, el, fill } from "./dom.ts";
import { createDropZone } from "./drop_zone.ts";
import { photos } from "./format.ts";
import { type KeptPhoto, keptPhotosOf } from "./kept_photos.ts";
import { type Choice, createOptionsForm } from "./options_form.ts";
import { callOptions, createPhotoCard, type PhotoCard } from "./photo_card.ts";
import { createSettingsAside } from "./settings_aside.ts";
import { heading, type View } from "./view.ts";

/** Bound on the photos in progress at a time. */
const AT_ONCE = 3;

/**
 * Creates the view of single photos: drop them, see the results, render again with other settings. The browser keeps the photos
 * of the page, so that a reload loses none.
 *
 * @param user The signed-in user's id.
 */
export function createPhotosView(supabase: SupabaseClient, user: string): View {
  const title = heading("Photos");
  const kept = keptPhotosOf(user);
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
  const summary = el("p", { class: "run-summary" });

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
    const choice = settings.peek();
    for (const card of cards) card.compare(choice);
  };

  const createCard = (photo: Omit<KeptPhoto, "user">, choice?: Choice): PhotoCard => {
    const card: PhotoCard = createPhotoCard({
      supabase,
      photo,
      choice,
      readChoice: settings.read,
      onRemove: () => {
        kept.drop(photo.id);
        remove(card);
      },
      onKeep: (changed) => cards.has(card) && kept.put(changed),
      onEnd: () => update(),
    });
    cards.add(card);
    return card;
  };

  const restore = async (): Promise<void> => {
    const restored = (await kept.all()).map((photo) => createCard(photo, photo.choice));
    list.append(...restored.map(({ element }) => element));
    await Promise.all(restored.map((card) => card.restore()));
    update();
  };

  const add = (files: File[]): void => {
    const choice = settings.read();
    if (!choice) return;
    fill(summary);
    const added = files.map((file, index) => {
      const photo = {
        id: Array.from(crypto.getRandomValues(new Uint32Array(3))).join("-"),
        addedAt: Date.now() - index / files.length,
        name: file.name,
        file,
      };
      kept.put(photo);
      const card = createCard(photo, choice);
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
      onResult: (index, result) => void shown.push(added[index].finish(result)),
    });
    await Promise.all(shown);
    runs.delete(ended);
    update();
    if (files.length === 1) return;
    const sentence = `${photos(succeeded)} stored, ${failed} failed.`;
    fill(summary, sentence);
    announce(sentence);
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
    createSettingsAside("Settings", settings.element, again, hint),
    el("div", {}, title, createDropZone("Choose photos", add, stop), summary, list),
  );
  void restore();
  return { title: "Photos", element, heading: title };
}
