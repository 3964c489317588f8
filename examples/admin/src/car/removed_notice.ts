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
  const erase = async (): Promise<void> => {
    again.disabled = true;
    const error: ProcessImageError | null | undefined = await carOf()
      ?.deleteRemoved();
    again.disabled = false;
    fill(problem, error && createProblem(error, () => void erase()));
  };
  const again = button("Delete for good", () => void erase(), {
    class: "danger",
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
    el("p", { class: "actions" }, again),
    problem,
  );
  return {
    element,
    update: () => {
      const removed = carOf()?.removed ?? [];
      element.hidden = removed.length === 0;
      fill(
        text,
        el("strong", {}, `${count(removed.length)} removed.`),
        " Undo brings them back. Until you delete them for good, they stay at the end of the set, and pages can show them.",
      );
    },
  };
}
