import type { SupabaseClient } from "@supabase/supabase-js";
import { announce } from "./announce.ts";
import { button, el, fill, newId } from "./dom.ts";
import { moment, photos as photoCount } from "./format.ts";
import { simulatedNote } from "./outcome_notes.ts";
import { openStored } from "./stored_dialog.ts";
import { listStored, type StoredPhoto } from "./stored_photos.ts";
import { heading, type View } from "./view.ts";

const PER_PAGE = 12;
/** Pause in typing after which the gallery searches, in milliseconds. */
const SEARCH_AFTER_MS = 300;

/** Creates the view of the stored photos, one page at a time. */
export function createGalleryView(supabase: SupabaseClient): View {
  const title = heading("Gallery");
  const status = el("p", { class: "quiet" });
  const grid = el("ul", { class: "gallery" });
  const newer = button("Previous page", () => void show(page - 1), {
    disabled: true,
  });
  const older = button("Next page", () => void show(page + 1), {
    disabled: true,
  });
  const search = el("input", { id: newId("search"), type: "search", autocomplete: "off" });
  const form = el(
    "form",
    { class: "search", role: "search", on: { submit: (event) => event.preventDefault() } },
    el("label", { for: search.id }, "File name contains"),
    search,
  );
  let waiting: ReturnType<typeof setTimeout> | undefined;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => void show(0), SEARCH_AFTER_MS);
  });
  let page = 0;
  let loading = 0;

  const open = (photo: StoredPhoto, name: string): void =>
    openStored(supabase, photo, name, () => {
      announce(`${name} is deleted.`);
      title.focus();
      void show(page);
    });

  const show = async (next: number): Promise<void> => {
    const mine = ++loading;
    grid.setAttribute("aria-busy", "true");
    try {
      const { photos, more } = await listStored(supabase, next, PER_PAGE, search.value.trim());
      if (mine !== loading) return;
      page = next;
      fill(grid, ...photos.map((photo) => createTile(photo, open)));
      newer.disabled = page === 0;
      older.disabled = !more;
      fill(status, summary(photos.length, page, more, search.value.trim()));
      announce(
        `Page ${page + 1} of the gallery: ${photoCount(photos.length)}.`,
      );
    } catch (error) {
      fill(
        status,
        `The gallery cannot be read: ${error instanceof Error ? error.message : error} `,
        button("Try again", () => void show(next)),
      );
    } finally {
      if (mine === loading) grid.setAttribute("aria-busy", "false");
    }
  };

  const element = el(
    "div",
    { class: "gallery-view" },
    title,
    form,
    status,
    grid,
    el(
      "nav",
      { class: "pages", "aria-label": "Pages of the gallery" },
      newer,
      older,
    ),
  );
  return {
    title: "Gallery",
    element,
    heading: title,
    shown: () => void show(page),
  };
}

function summary(count: number, page: number, more: boolean, search: string): string {
  if (count === 0 && search !== "") return "No stored photo has such a name.";
  if (count === 0) {
    return page === 0
      ? "There are no stored photos yet, or none that you may list."
      : "There are no stored photos on this page.";
  }
  const order = page > 0 || more ? ", newest first within this page" : ", newest first";
  return `Page ${page + 1}: ${photoCount(count)}${order}`;
}

function createTile(photo: StoredPhoto, onOpen: (photo: StoredPhoto, title: string) => void) {
  const grid = photo.variants.find(({ name }) => name === "grid") ??
    photo.variants[0];
  const when = moment(photo.storedAt);
  const title = photo.name ?? `Stored ${when}`;
  const simulated = simulatedNote({ background: { provider: photo.provider } });
  const notes = [
    photo.name !== undefined && when,
    !photo.backgroundRemoved && "with its background",
    simulated,
  ];
  return el(
    "li",
    {},
    el(
      "button",
      {
        type: "button",
        class: "tile",
        "aria-label": `${photo.name ?? "Photo"}, stored ${when}: show its variants`,
        on: { click: () => onOpen(photo, title) },
      },
      grid && el("img", {
        class: "ground",
        src: grid.url,
        width: grid.width,
        height: grid.height,
        alt: "",
        loading: "lazy",
      }),
      el("span", { class: "tile-name" }, title),
      ...notes.map((note) => note && el("span", { class: "quiet" }, note)),
    ),
  );
}
