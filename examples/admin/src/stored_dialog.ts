import { deletePhotos } from "@process-image/client";
import type { SupabaseClient } from "@supabase/supabase-js";
import { createDeletion } from "./deletion.ts";
import { button, el, fill } from "./dom.ts";
import { createGrounds } from "./grounds.ts";
import type { StoredPhoto } from "./stored_photos.ts";
import { createDownloads, createRealSizes } from "./variants.ts";

/**
 * Opens a dialog with a stored photo's variants, and a button that deletes the photo. Escape closes it, and the focus returns to
 * the element that had it.
 *
 * @param title The photo's name, or the time of its storage.
 * @param onDeleted Called when the photo has been deleted and the dialog is closed.
 */
export function openStored(
  supabase: SupabaseClient,
  photo: StoredPhoto,
  title: string,
  onDeleted: () => void,
): void {
  const real = createRealSizes(photo.variants);
  real.open = true;
  const heading = el("h2", { tabindex: -1 }, title);
  const dialog = el(
    "dialog",
    { "aria-label": title, on: { close: () => dialog.remove() } },
  );
  const deletion = createDeletion({
    text: "Delete the photo",
    question:
      "This deletes the photo's pictures with all settings, its cutout, and its original in Storage. Pages that show them lose them.",
    keep: "Keep it",
    erase: async () => {
      const { error } = await deletePhotos(supabase, [{ photo_hash: photo.photoHash }]);
      if (error) return error;
      dialog.close();
      onDeleted();
      return null;
    },
  });

  fill(
    dialog,
    el("header", {}, heading, button("Close", () => dialog.close())),
    createDownloads(photo.variants, photo.name ?? photo.photoHash.slice(0, 8)),
    createGrounds(dialog),
    real,
    deletion.element,
  );
  document.body.append(dialog);
  dialog.showModal();
  heading.focus();
}
