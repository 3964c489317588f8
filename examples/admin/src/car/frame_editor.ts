import type { ProcessedImage } from "@process-image/client";
import { el } from "../dom.ts";
import type { Box } from "../place_in_photo.ts";
import type { LoadedVariant } from "../variants.ts";
import { createHandle } from "./handle.ts";
import type { Look } from "./look.ts";

/** Wait after the last key, in milliseconds, so that holding a key renders once. */
const KEY_REST_MS = 600;

/** The largest padding, in pixels of `processed`. */
const MAX_PADDING = 1000;

/**
 * Creates the picture in which the user moves the crop or the ground line by hand. With a framing it is the ground line in the
 * result; without one it is the crop's edge in the photo, whose distance from the car is the padding.
 *
 * @param photo An address of the photo before.
 * @param master The variant `processed`.
 * @param onChange Called with the changed part of the look when the user has let go.
 */
export function createFrameEditor(
  { photo, master, reply, look }: {
    photo: string;
    master: LoadedVariant;
    reply: ProcessedImage;
    look: Look;
  },
  onChange: (part: Partial<Look>) => void,
): HTMLElement {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const later = (part: Partial<Look>): void => {
    clearTimeout(waiting);
    waiting = setTimeout(() => onChange(part), KEY_REST_MS);
  };
  return look.framing === "none"
    ? createCropEditor(
      photo,
      master,
      reply,
      look.padding,
      (padding) => later({ padding }),
    )
    : createGroundEditor(master, look.framing, (framing) => later({ framing }));
}

function createGroundEditor(
  master: LoadedVariant,
  framing: Exclude<Look["framing"], "none">,
  onEnd: (framing: Look["framing"]) => void,
): HTMLElement {
  const frame = el(
    "div",
    { class: "frame-editor ground" },
    el("img", { src: master.url, alt: "The result", draggable: "false" }),
  );
  const text = el("p", { class: "quiet" });
  const say = (value: number) => `Ground line at ${value} % of the height`;
  const handle = createHandle(frame, {
    ...{ label: "Ground line", min: 50, max: 100, step: 1, say },
    valueAt: (_x, y) => y * 100,
    onMove: (value) => {
      handle?.element.style.setProperty("inset-block-start", `${value}%`);
      text.textContent = say(value);
    },
    onEnd: (value) => onEnd({ ...framing, ground_line: value / 100 }),
  });
  handle.element.classList.add("ground-line");
  handle.value = Math.round((framing.ground_line ?? 0.84) * 100);
  frame.append(handle.element);
  return el("div", { class: "stack" }, frame, text);
}

function createCropEditor(
  photo: string,
  master: LoadedVariant,
  { metadata: { crop, subject, original_size: [width, height] } }: ProcessedImage,
  padding: number,
  onEnd: (padding: number) => void,
): HTMLElement {
  // Pixels of the photo for each pixel of `processed`.
  const scale = crop.width / master.crop.width;
  const car = subject?.processed ? carInPhoto(subject.processed, master, crop, scale) : null;
  if (!car) {
    return el(
      "p",
      { class: "quiet" },
      "The car's place in this photo is unknown.",
    );
  }
  const box = el("div", { class: "crop-box", "aria-hidden": "true" });
  const frame = el(
    "div",
    { class: "frame-editor" },
    el("img", { src: photo, alt: "The photo before", draggable: "false" }),
    box,
  );
  const text = el("p", { class: "quiet" });
  const say = (value: number) => `${value} pixels around the car`;
  const handle = createHandle(frame, {
    ...{ label: "Padding", min: 0, max: MAX_PADDING, step: 5, say },
    // The handle is the crop's upper edge.
    valueAt: (_x, y) => (car.y - y * height) / scale,
    onMove: (value) => {
      const around = value * scale;
      const left = Math.max(0, car.x - around);
      const top = Math.max(0, car.y - around);
      const right = Math.min(width, car.x + car.width + around);
      const bottom = Math.min(height, car.y + car.height + around);
      for (const element of [box, handle?.element]) {
        if (!element) continue;
        element.style.setProperty(
          "inset-inline-start",
          `${100 * left / width}%`,
        );
        element.style.setProperty(
          "inset-block-start",
          `${100 * top / height}%`,
        );
        element.style.setProperty(
          "inline-size",
          `${100 * (right - left) / width}%`,
        );
      }
      box.style.setProperty("block-size", `${100 * (bottom - top) / height}%`);
      text.textContent = say(value);
    },
    onEnd,
  });
  handle.value = padding;
  frame.append(handle.element);
  return el("div", { class: "stack" }, frame, text);
}

function carInPhoto(
  subject: Box,
  master: LoadedVariant,
  crop: Box,
  scale: number,
): Box {
  return {
    x: crop.x + (subject.x - master.crop.x) * scale,
    y: crop.y + (subject.y - master.crop.y) * scale,
    width: subject.width * scale,
    height: subject.height * scale,
  };
}
