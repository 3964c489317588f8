import { announce } from "../announce.ts";
import { el } from "../dom.ts";
import { photos as count } from "../format.ts";
import type { CarPhoto } from "./car_photo.ts";

/** The progress of the whole gallery. */
export interface CarProgress {
  element: HTMLElement;
  update(photos: readonly CarPhoto[]): void;
  /** Hides the progress, as another gallery opens. */
  clear(): void;
}

/** Creates the progress of a gallery: the photos that are done, and those that have failed. */
export function createCarProgress(): CarProgress {
  const bar = el("progress", {
    max: 1,
    value: 0,
    "aria-label": "Progress of the gallery",
  });
  const text = el("p", { class: "quiet" });
  const element = el("div", { class: "car-progress", hidden: true }, bar, text);
  /** The photos of the current run. */
  let run = new Set<CarPhoto>();
  return {
    element,
    clear: () => {
      run = new Set();
      element.hidden = true;
    },
    update: (photos) => {
      const working = photos.filter(({ state }) => state === "working");
      for (const photo of working) run.add(photo);
      if (run.size === 0) return;
      const failed = [...run].filter(({ state }) => state === "failed").length;
      const left = [...run].filter(({ state }) => state === "working").length;
      const done = run.size - failed - left;
      bar.max = run.size;
      bar.value = done + failed;
      bar.hidden = left === 0;
      const problems = failed > 0 ? `, ${failed} failed` : "";
      const sentence = left > 0
        ? `${done} of ${count(run.size)} ready${problems}`
        : `${count(done)} ready${problems}.`;
      if (text.textContent !== sentence) text.textContent = sentence;
      element.hidden = false;
      if (working.length > 0) return;
      announce(sentence);
      run = new Set();
    },
  };
}
