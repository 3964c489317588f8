import { el, fill } from "./dom.ts";
import { type Box, type Place, placeInPhoto } from "./place_in_photo.ts";
import type { LoadedVariant } from "./variants.ts";

/** A photo and its cutout with a slider. */
export interface Comparison {
  element: HTMLElement;
  /** Releases the images. */
  dispose(): void;
}

/**
 * Creates a frame with the photo before and after, and a slider between them.
 *
 * The cutout lies on the car in the photo. If the browser cannot show the original (a HEIC that was not converted), only the
 * cutout is visible.
 *
 * @param photo The original.
 * @param cutout The variant `processed`.
 * @param size The original's width and height, upright, in pixels.
 * @param crop The answer's `metadata.crop`.
 */
export function createComparison(
  photo: Blob,
  cutout: LoadedVariant,
  size: [number, number],
  crop: Box,
): Comparison {
  const original = URL.createObjectURL(photo);
  const before = el("img", {
    src: original,
    alt: "The photo before",
    class: "before",
  });
  const after = el("img", {
    src: cutout.url,
    alt: "The photo after",
    class: "after-image",
  });
  const layer = el("div", { class: "after ground" }, after);
  const line = el("div", { class: "divider", "aria-hidden": "true" });
  const slider = el("input", {
    type: "range",
    min: 0,
    max: 100,
    value: 50,
    "aria-label": "Before and after",
  });
  const frame = el(
    "div",
    { class: "compare-frame" },
    before,
    layer,
    line,
    slider,
  );
  frame.style.aspectRatio = `${size[0]} / ${size[1]}`;
  const note = el("p", { class: "quiet" });

  const slide = (): void => {
    frame.style.setProperty("--split", `${slider.value}%`);
    slider.setAttribute("aria-valuetext", `${slider.value} % before`);
  };
  slider.addEventListener("input", slide);
  slide();

  place(layer, after, placeInPhoto(cutout, crop, size));
  before.addEventListener("error", () => {
    slider.disabled = true;
    frame.classList.add("only-after");
    fill(note, "This browser cannot show the original's file type.");
  });

  const element = el(
    "div",
    { class: "comparison" },
    frame,
    note,
  );
  return { element, dispose: () => URL.revokeObjectURL(original) };
}

function place(
  layer: HTMLElement,
  image: HTMLElement,
  { left, top, width, height }: Place,
): void {
  const percent = (part: number) => `${part * 100}%`;
  Object.assign(image.style, {
    left: percent(left),
    top: percent(top),
    width: percent(width),
    height: percent(height),
  });
  layer.classList.add("placed");
}
