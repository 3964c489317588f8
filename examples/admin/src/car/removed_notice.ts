import { createDeletion } from "../deletion.ts";
import { el, fill } from "../dom.ts";
import { photos as count } from "../format.ts";
import type { Car } from "./car.ts";

/** The notice about removed photos. */
export interface RemovedNotice {
  element: HTMLElement;
  update(): void;
}

/** Creates the notice that removed photos are still in the set until they are deleted, with the button that deletes them. */
export function createRemovedNotice(
  carOf: () => Car | undefined,
): RemovedNotice {
  const text = el("p", {});
  let shown = 0;
  const deletion = createDeletion({
    text: "Delete for good",
    question:
      "This deletes all files of these photos: their pictures, originals and cutouts. Other cars that have the photos, and pages that show them, lose them too. It cannot be undone.",
    keep: "Keep them",
    erase: async () => await carOf()?.deleteRemoved() ?? null,
  });
  const element = el(
    "div",
    {
      class: "notice warning",
      role: "group",
      "aria-label": "Removed photos",
      hidden: true,
    },
    text,
    deletion.element,
  );
  return {
    element,
    update: () => {
      const removed = carOf()?.removed ?? [];
      element.hidden = removed.length === 0;
      if (removed.length !== shown) deletion.offer(); // a question about other photos has ended
      shown = removed.length;
      fill(
        text,
        el("strong", {}, `${count(removed.length)} removed.`),
        carOf()?.undoable ? " Undo brings them back." : "",
        " Until you delete them for good, they stay at the end of the set, and pages can show them.",
      );
    },
  };
}
