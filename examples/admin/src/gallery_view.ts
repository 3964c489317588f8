import type { SupabaseClient } from "@supabase/supabase-js";
import { announce } from "./announce.ts";
import { button, el, fill } from "./dom.ts";
import { moment, photos as photoCount } from "./format.ts";
import { listStored, type StoredPhoto } from "./stored_photos.ts";
import { createDownloads, createRealSizes } from "./variants.ts";
import { heading, type View } from "./view.ts";

const PER_PAGE = 12;

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
  let page = 0;
  let loading = 0;

  const show = async (next: number): Promise<void> => {
    const mine = ++loading;
    grid.setAttribute("aria-busy", "true");
    try {
      const { photos, more } = await listStored(supabase, next, PER_PAGE);
      if (mine !== loading) return;
      page = next;
      fill(grid, ...photos.map(createTile));
      newer.disabled = page === 0;
      older.disabled = !more;
      fill(status, summary(photos.length, page, more));
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

function summary(count: number, page: number, more: boolean): string {
  if (count === 0) {
    return page === 0
      ? "There are no stored photos yet, or none that you may list."
      : "There are no stored photos on this page.";
  }
  const order = page > 0 || more ? ", newest first within this page" : ", newest first";
  return `Page ${page + 1}: ${photoCount(count)}${order}`;
}

function createTile(photo: StoredPhoto): HTMLElement {
  const grid = photo.variants.find(({ name }) => name === "grid") ??
    photo.variants[0];
  const when = moment(photo.storedAt);
  return el(
    "li",
    {},
    el(
      "button",
      {
        type: "button",
        class: "tile",
        "aria-label": `Photo stored ${when}: show its variants`,
        on: { click: () => openVariants(photo, when) },
      },
      grid && el("img", {
        class: "ground",
        src: grid.url,
        width: grid.width,
        height: grid.height,
        alt: "",
        loading: "lazy",
      }),
      el("span", {}, when),
    ),
    !photo.backgroundRemoved &&
      el("span", { class: "quiet" }, "with its background"),
  );
}

/** Opens a dialog with the three variants. Escape closes it, and the focus returns to the tile. */
function openVariants(photo: StoredPhoto, when: string): void {
  const real = createRealSizes(photo.variants);
  real.open = true;
  const title = el("h2", { tabindex: -1 }, `Stored ${when}`);
  const dialog = el(
    "dialog",
    {
      "aria-label": `Photo stored ${when}`,
      on: { close: () => dialog.remove() },
    },
    el("header", {}, title, button("Close", () => dialog.close())),
    createDownloads(photo.variants, photo.folder.slice(0, 8)),
    real,
  );
  document.body.append(dialog);
  dialog.showModal();
  title.focus();
}
