import type { ProcessImageError } from "@process-image/client";
import { button, el, fill } from "../dom.ts";
import { photos as count } from "../format.ts";
import { createProblem } from "../problem.ts";
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
  const problem = el("div", {});
  let shown = 0;
  const actions = el("div", { class: "stack" });
  const offer = (): void => fill(actions, button("Delete for good", ask, { class: "danger" }));
  const ask = (): void => {
    const keep = button("Keep them", offer);
    fill(
      actions,
      el(
        "p",
        {},
        "This deletes all files of these photos: their pictures, originals and cutouts. Other cars that have the photos, and pages that show them, lose them too. It cannot be undone.",
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
    fill(problem);
    fill(actions, el("p", { role: "status" }, "Deleting"));
    const error: ProcessImageError | null | undefined = await carOf()?.deleteRemoved();
    offer();
    fill(problem, error && createProblem(error, () => void erase()));
  };
  offer();
  const element = el(
    "div",
    {
      class: "notice warning",
      role: "group",
      "aria-label": "Removed photos",
      hidden: true,
    },
    text,
    actions,
    problem,
  );
  return {
    element,
    update: () => {
      const removed = carOf()?.removed ?? [];
      element.hidden = removed.length === 0;
      if (removed.length !== shown) offer(); // a question about other photos has ended
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
