import type { ProcessedImage } from "@process-image/client";
import { el } from "../dom.ts";
import type { Box } from "../place_in_photo.ts";
import type { LoadedVariant } from "../variants.ts";
import { createHandle, type Handle } from "./handle.ts";
import type { Look } from "./look.ts";

/** Wait after the last key, in milliseconds, so that holding a key renders once. */
const KEY_REST_MS = 600;

/** The largest padding, in pixels of `processed`. */
const MAX_PADDING = 1000;

/** The picture in which the user moves the crop or the ground line. */
export interface FrameEditor {
  element: HTMLElement;
  /** The slider; unset if there is nothing to move. */
  handle?: HTMLElement;
  /** Waits until the user has let go and the change was reported. Only then may another editor take this one's place. */
  untouched(): Promise<void>;
}

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
): FrameEditor {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let leave: (() => void)[] = [];
  const isTouched = () => waiting !== undefined || handle?.isHeld === true;
  const check = (): void => {
    if (isTouched()) return;
    for (const resolve of leave) resolve();
    leave = [];
  };
  const later = (part: Partial<Look>): void => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      waiting = undefined;
      onChange(part);
      check();
    }, KEY_REST_MS);
  };
  const { element, handle } = look.framing === "none"
    ? createCropEditor(photo, master, reply, look.padding, {
      onEnd: (padding) => later({ padding }),
      onRelease: check,
    })
    : createGroundEditor(master, look.framing, {
      onEnd: (framing) => later({ framing }),
      onRelease: check,
    });
  return {
    element,
    handle: handle?.element,
    untouched: () =>
      new Promise((resolve) => {
        leave.push(resolve);
        check();
      }),
  };
}

/** What an editor reports of its handle. */
interface Reports<T> {
  onEnd: (value: T) => void;
  onRelease: () => void;
}

/** An editor's element, with its handle if there is something to move. */
interface Part {
  element: HTMLElement;
  handle?: Handle;
}

function createGroundEditor(
  master: LoadedVariant,
  framing: Exclude<Look["framing"], "none">,
  { onEnd, onRelease }: Reports<Look["framing"]>,
): Part {
  const frame = el(
    "div",
    { class: "frame-editor ground" },
    el("img", { src: master.url, alt: "The result", draggable: "false" }),
  );
  const text = el("p", { class: "quiet" });
  const say = (value: number) => `Ground line at ${value} % of the height`;
  const handle: Handle = createHandle(frame, {
    ...{ label: "Ground line", min: 50, max: 100, step: 1, say },
    valueAt: (_x, y) => y * 100,
    onMove: (value) => {
      handle.element.style.setProperty("inset-block-start", `${value}%`);
      text.textContent = say(value);
    },
    onEnd: (value) => onEnd({ ...framing, ground_line: value / 100 }),
    onRelease,
  });
  handle.element.classList.add("ground-line");
  handle.value = Math.round((framing.ground_line ?? 0.84) * 100);
  frame.append(handle.element);
  return { element: el("div", { class: "stack" }, frame, text), handle };
}

function createCropEditor(
  photo: string,
  master: LoadedVariant,
  { metadata: { crop, subject, original_size: [width, height] } }: ProcessedImage,
  padding: number,
  { onEnd, onRelease }: Reports<number>,
): Part {
  // Pixels of the photo for each pixel of `processed`.
  const scale = crop.width / master.crop.width;
  const car = subject?.processed ? carInPhoto(subject.processed, master, crop, scale) : null;
  if (!car) {
    return { element: el("p", { class: "quiet" }, "The car's place in this photo is unknown.") };
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
  const handle: Handle = createHandle(frame, {
    ...{ label: "Padding", min: 0, max: MAX_PADDING, step: 5, say },
    // The handle is the crop's upper edge.
    valueAt: (_x, y) => (car.y - y * height) / scale,
    onMove: (value) => {
      const around = value * scale;
      const left = Math.max(0, car.x - around);
      const top = Math.max(0, car.y - around);
      const right = Math.min(width, car.x + car.width + around);
      const bottom = Math.min(height, car.y + car.height + around);
      for (const element of [box, handle.element]) {
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
    ...{ onEnd, onRelease },
  });
  handle.value = padding;
  frame.append(handle.element);
  return { element: el("div", { class: "stack" }, frame, text), handle };
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
