import { deletePhotos } from "@process-image/client";
import type { SupabaseClient } from "@supabase/supabase-js";
import { button, el, fill } from "./dom.ts";
import { createGrounds } from "./grounds.ts";
import { createProblem } from "./problem.ts";
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
  const deletion = el("div", { class: "deletion" });
  const dialog = el(
    "dialog",
    { "aria-label": title, on: { close: () => dialog.remove() } },
  );

  const offer = (): void => {
    fill(deletion, button("Delete the photo", ask, { class: "danger" }));
  };
  const ask = (): void => {
    const keep = button("Keep it", offer);
    fill(
      deletion,
      el(
        "p",
        {},
        "This deletes the photo's pictures with all settings, its cutout, and its original in Storage. Pages that show them lose them.",
      ),
      el(
        "p",
        { class: "actions" },
        button("Delete everything", () => void erase(), { class: "danger" }),
        keep,
      ),
    );
    keep.focus();
  };
  const erase = async (): Promise<void> => {
    fill(deletion, el("p", { role: "status" }, "Deleting"));
    const { error } = await deletePhotos(supabase, [{ photo_hash: photo.photoHash }]);
    if (error) return fill(deletion, createProblem(error, () => void erase()));
    dialog.close();
    onDeleted();
  };

  offer();
  fill(
    dialog,
    el("header", {}, heading, button("Close", () => dialog.close())),
    createDownloads(photo.variants, photo.name ?? photo.photoHash.slice(0, 8)),
    createGrounds(dialog),
    real,
    deletion,
  );
  document.body.append(dialog);
  dialog.showModal();
  heading.focus();
}
