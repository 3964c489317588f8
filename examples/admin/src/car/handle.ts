import { el } from "../dom.ts";

/** A line over a picture that is moved by pointer or arrow keys. */
export interface Handle {
  element: HTMLElement;
  /** The line's place, in the handle's own unit. */
  value: number;
  /** Whether a pointer holds the handle. */
  readonly isHeld: boolean;
}

/** The range of a handle, and what happens when it moves. */
export interface HandleOptions {
  label: string;
  min: number;
  max: number;
  step: number;
  /** Converts a point in the frame, as shares of its width and height, to a value. */
  valueAt: (x: number, y: number) => number;
  /** Says a value in words. */
  say: (value: number) => string;
  /** Called at each move. */
  onMove: (value: number) => void;
  /** Called when the user has let go, or has pressed a key. */
  onEnd: (value: number) => void;
  /** Called when no pointer holds the handle any more, also after the browser has taken it away. */
  onRelease?: () => void;
}

/** Creates a handle. It is a slider for a screen reader; its place is the owner's matter. */
export function createHandle(
  frame: HTMLElement,
  { label, min, max, step, valueAt, say, onMove, onEnd, onRelease }: HandleOptions,
): Handle {
  const element = el("div", {
    ...{
      class: "frame-handle",
      role: "slider",
      tabindex: 0,
      "aria-label": label,
    },
    ...{
      "aria-valuemin": min,
      "aria-valuemax": max,
      "aria-orientation": "vertical",
    },
  });
  let value = min;
  let isHeld = false;
  const set = (next: number): void => {
    value = Math.round(Math.max(min, Math.min(max, next)) / step) * step;
    element.setAttribute("aria-valuenow", String(value));
    element.setAttribute("aria-valuetext", say(value));
    onMove(value);
  };
  const at = (event: PointerEvent): number => {
    const box = frame.getBoundingClientRect();
    return valueAt(
      (event.clientX - box.left) / box.width,
      (event.clientY - box.top) / box.height,
    );
  };
  element.addEventListener("pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    isHeld = true;
    element.focus();
    event.preventDefault();
  });
  element.addEventListener("pointermove", (event) => {
    if (element.hasPointerCapture(event.pointerId)) set(at(event));
  });
  element.addEventListener("pointerup", () => onEnd(value));
  element.addEventListener("lostpointercapture", () => {
    isHeld = false;
    onRelease?.();
  });
  element.addEventListener("keydown", (event) => {
    const steps: Record<string, number> = {
      ...{ ArrowUp: value - step, ArrowDown: value + step },
      ...{ ArrowLeft: value - step, ArrowRight: value + step },
      ...{
        PageUp: value - 10 * step,
        PageDown: value + 10 * step,
        Home: min,
        End: max,
      },
    };
    if (!(event.key in steps)) return;
    event.preventDefault();
    event.stopPropagation();
    set(steps[event.key]);
    onEnd(value);
  });
  return {
    element,
    get isHeld() {
      return isHeld;
    },
    get value() {
      return value;
    },
    set value(next) {
      set(next);
    },
  };
}
