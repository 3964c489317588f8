import type { SupabaseClient } from "@supabase/supabase-js";
import { announce } from "../announce.ts";
import { button, el, fill } from "../dom.ts";
import { createQualityBadges } from "../quality_badges.ts";
import type { Car } from "./car.ts";
import { createCarDetails } from "./car_details.ts";
import { type CarPhoto, hasKeptBackground, warningsOf } from "./car_photo.ts";
import { createCarPicture } from "./car_picture.ts";
import { problemOf } from "./car_tile.ts";
import type { Look } from "./look.ts";
import { createLookForm } from "./look_form.ts";

/** An open photo. */
export interface CarPreview {
  photo: CarPhoto;
  /** Shows the photo's state after a change. */
  update(): void;
}

/** Actions of the preview that its view carries out. */
export interface PreviewOptions {
  /** Opens the photo that is so many places further. */
  onStep: (from: CarPhoto, step: number) => void;
  onRetake: (photo: CarPhoto) => void;
  onClose: () => void;
}

/** Opens a photo in large, with its own look, in a dialog. */
export function openCarPreview(
  supabase: SupabaseClient,
  car: Car,
  photo: CarPhoto,
  { onStep, onRetake, onClose }: PreviewOptions,
): CarPreview {
  const { name } = photo;
  const setLook = (look: Look): void => car.setPhotoLook(photo, look);
  const picture = createCarPicture(
    supabase,
    photo,
    (part) => setLook({ ...car.lookOf(photo), ...part }),
  );
  const form = createLookForm(supabase, car.lookOf(photo), setLook);
  const title = el("h2", { tabindex: -1 }, name);
  const state = el("p", { class: "quiet car-preview-state", role: "status" });
  const notes = el("div", { class: "stack" });
  const details = createCarDetails();
  const useForAll = button("Use for all photos of this gallery", () => {
    car.setLook(car.lookOf(photo));
    announce("All photos of this gallery get this look.");
  });
  const useGallery = button(
    "Use the gallery's look",
    () => car.setPhotoLook(photo, undefined),
  );
  const cover = button("Make cover", () => car.choose(photo));
  const dialog = el("dialog", {
    ...{ class: "car-preview", "aria-label": name },
    on: {
      close: () => {
        picture.dispose();
        dialog.remove();
        onClose();
      },
    },
  });
  const leave = (then: () => void) => (): void => {
    dialog.close();
    then();
  };

  const update = (): void => {
    const look = car.lookOf(photo);
    form.show(look);
    dialog.setAttribute("aria-busy", String(photo.state === "working"));
    const text = photo.state === "working"
      ? "Rendering"
      : photo.state === "failed"
      ? problemOf(photo)
      : photo.look
      ? "This photo has its own look."
      : !car.isLookKnown && !photo.rendered
      ? "This browser does not know the look of this photo. A choice here gives it the look that is shown."
      : "This photo has the gallery's look.";
    if (state.textContent !== text) state.textContent = text;
    useGallery.disabled = photo.look === undefined;
    cover.disabled = car.cover === photo;
    fill(
      notes,
      createQualityBadges({ warnings: warningsOf(photo) }),
      ...warningsOf(photo).map(({ message }) => el("p", { class: "quiet" }, message)),
      hasKeptBackground(photo) && button("Try again", () => car.retry(photo)),
    );
    details.update([photo]);
    if (photo.state !== "working") void picture.show(look);
  };

  fill(
    dialog,
    el(
      "header",
      {},
      title,
      el(
        "p",
        { class: "actions" },
        button("Previous", leave(() => onStep(photo, -1))),
        button("Next", leave(() => onStep(photo, 1))),
        button("Close", () => dialog.close()),
      ),
    ),
    el(
      "div",
      { class: "car-preview-parts" },
      el(
        "div",
        { class: "stack" },
        state,
        picture.element,
        notes,
        details.element,
      ),
      el(
        "div",
        { class: "stack" },
        el("p", { class: "actions" }, useForAll, useGallery),
        form.element,
        el(
          "p",
          { class: "actions" },
          cover,
          button("Retake", leave(() => onRetake(photo))),
          button("Remove", leave(() => car.remove(photo)), { class: "danger" }),
        ),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  title.focus();
  car.load(photo);
  update();
  return { photo, update };
}
