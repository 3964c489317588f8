import type { SupabaseClient } from "@supabase/supabase-js";
import { announce } from "../announce.ts";
import { button, el, fill } from "../dom.ts";
import { createDropZone } from "../drop_zone.ts";
import { createProblem } from "../problem.ts";
import { createSettingsAside } from "../settings_aside.ts";
import { heading, type View } from "../view.ts";
import { type Car, createCar } from "./car.ts";
import { createCarDetails } from "./car_details.ts";
import { createCarGrid } from "./car_grid.ts";
import { createCarOpener } from "./car_opener.ts";
import type { CarPhoto } from "./car_photo.ts";
import { type CarPreview, openCarPreview } from "./car_preview.ts";
import { createCarProgress } from "./car_progress.ts";
import { FIRST_LOOK } from "./look.ts";
import { createLookForm } from "./look_form.ts";
import { createPhotoPicker } from "./photo_picker.ts";
import { createRemovedNotice } from "./removed_notice.ts";
import { createShareBar } from "./share_bar.ts";
import { createShortcuts } from "./shortcuts.ts";

/** An id that the function accepts. */
const VEHICLE_ID = /^[A-Za-z0-9_-]{1,64}$/;

const LOOK_TITLE = "Look of all photos";
const UNKNOWN_LOOK =
  "This browser does not know the look of these pictures. Your first choice here gives all of them the look that is shown.";

/**
 * Creates the view of a car's gallery, for the person who publishes: the photos in their order, the cover, one look. The gallery is
 * the set of a `vehicle_id`; its address is `#car/ID`.
 */
export function createCarView(supabase: SupabaseClient): View {
  const title = heading("Car");
  let car: Car | undefined;
  let preview: CarPreview | undefined;
  const carOf = () => car;

  const open = (photo: CarPhoto): void => {
    if (!car) return;
    const opened: CarPreview = openCarPreview(supabase, car, photo, {
      onStep: (from, step) => {
        const photos = car?.photos ?? [];
        const index = (photos.indexOf(from) + step + photos.length) %
          photos.length;
        open(photos[index]);
      },
      onRetake: retake,
      // A dialog reports its end later: another photo can be open by then.
      onClose: () => {
        if (preview === opened) preview = undefined;
      },
    });
    preview = opened;
  };
  const retake = (photo: CarPhoto): void =>
    again.open(([file]) => {
      car?.retake(photo, file);
      announce(`${file.name} replaces ${photo.name}.`);
    });
  const undo = (): void => {
    const undone = car?.undo();
    if (undone) announce(`Undone: ${undone}.`);
  };

  const camera = createPhotoPicker(true, "Camera");
  const again = createPhotoPicker(true, "Another photo");
  const shoot = () => camera.open((files) => car?.add(files));
  const zone = createDropZone(
    "Add photos",
    (files) => car?.add(files),
    button("Take a photo", shoot, { class: "camera" }),
  );
  const grid = createCarGrid(carOf, open, retake);
  const progress = createCarProgress();
  const details = createCarDetails();
  const share = createShareBar(carOf);
  const removed = createRemovedNotice(carOf);
  const form = createLookForm(
    supabase,
    FIRST_LOOK,
    (look) => car?.setLook(look),
  );
  const undoButton = button("Undo", undo, { disabled: true });
  const problem = el("div", {});
  const opener = createCarOpener(
    supabase,
    (id) => location.hash = `#car/${id}`,
  );
  const empty = el("p", { class: "quiet" });
  const unknown = el("p", { class: "notice", hidden: true }, UNKNOWN_LOOK);
  const note = el("p", { class: "quiet" });
  const photos = el(
    "div",
    { class: "car-photos" },
    ...[zone, camera.element, again.element],
    el("div", { class: "actions" }, undoButton, share.element),
    ...[
      progress.element,
      removed.element,
      problem,
      note,
      empty,
      grid.element,
      details.element,
    ],
  );
  const body = el(
    "div",
    { class: "with-aside", hidden: true },
    createSettingsAside(LOOK_TITLE, el("h2", {}, LOOK_TITLE), unknown, form.element),
    photos,
  );
  const element = el("div", { class: "car-view" }, title, opener.element, body);
  const shortcuts = createShortcuts(element, [
    { key: "z", ctrl: true, text: "undo", run: undo },
    {
      key: "a",
      text: "add photos",
      run: () => zone.querySelector("button")?.click(),
    },
    { key: "t", text: "take a photo", run: shoot },
    { key: "d", text: "download all as a ZIP", run: share.download },
    { key: "u", text: "copy all URLs", run: share.copy },
  ]);
  photos.querySelector(".actions")?.append(shortcuts);

  const update = (): void => {
    if (!car) return;
    grid.update(car);
    progress.update(car.photos);
    details.update(car.photos);
    share.update();
    removed.update();
    form.show(car.look);
    unknown.hidden = car.isLookKnown;
    preview?.update();
    undoButton.disabled = car.undoable === null;
    undoButton.title = car.undoable ? `Undo ${car.undoable}` : "";
    fill(
      problem,
      car.problem && createProblem(car.problem, () => void car?.sync()),
    );
    fill(
      empty,
      car.isRead && car.photos.length === 0 && "This car has no photos yet.",
    );
  };
  const show = (id: string): void => {
    if (id === car?.id) return;
    car?.close();
    const next: Car = createCar(supabase, id, {
      onChange: () => next === car && update(),
      onTwin: (name) => {
        const text = `${name} is in the gallery already.`;
        fill(note, text);
        announce(text);
      },
    });
    car = next;
    body.hidden = false;
    fill(note);
    progress.clear();
    opener.show(id);
    announce(`Gallery of ${id}`);
    update();
    void next.sync();
  };

  return {
    title: "Car",
    heading: title,
    element,
    shown: (id) => {
      if (!id) return;
      if (VEHICLE_ID.test(id)) show(id);
      else opener.refuse(id);
    },
  };
}
