import { announce } from "../announce.ts";

/** Distance in CSS pixels from which a press on a picture is a drag, not a click. */
const DRAG_FROM = 6;

/** Parts of a sortable list that its owner provides. */
export interface SortableOptions {
  nameOf: (item: HTMLElement) => string;
  /** Called when an item has come to another place. */
  onDrop: (item: HTMLElement, index: number) => void;
}

/**
 * Makes a list's items movable: by pointer at their handle (`data-handle`) or, with a mouse, at their picture (`data-drag`), and by
 * keyboard at the handle. Enter or the space bar grabs and drops, the arrow keys move, Escape cancels; each step is announced.
 */
export function makeSortable(
  list: HTMLElement,
  { nameOf, onDrop }: SortableOptions,
) {
  let held: { item: HTMLElement; from: number } | undefined;
  const items = () => [...list.children] as HTMLElement[];
  const itemOf = (target: EventTarget | null) =>
    target instanceof Element ? items().find((item) => item.contains(target)) : undefined;
  const place = (item: HTMLElement, index: number): void => {
    if (items().indexOf(item) === index) return;
    const focused = document.activeElement as HTMLElement | null;
    list.insertBefore(
      item,
      items().filter((one) => one !== item)[index] ?? null,
    );
    if (focused && item.contains(focused)) focused.focus(); // a moved element loses the focus
  };
  const where = (index: number) => `place ${index + 1} of ${items().length}`;

  const grab = (item: HTMLElement): void => {
    held = { item, from: items().indexOf(item) };
    item.classList.add("held");
  };
  const release = (isKept: boolean): void => {
    if (!held) return;
    const { item, from } = held;
    if (!isKept) place(item, from);
    held = undefined;
    item.classList.remove("held");
    const index = items().indexOf(item);
    announce(
      isKept
        ? `${nameOf(item)} is on ${where(index)}.`
        : `${nameOf(item)} is back on ${where(index)}.`,
    );
    if (index !== from) onDrop(item, index);
  };

  list.addEventListener("keydown", (event) => {
    const handle = event.target instanceof Element &&
      event.target.closest("[data-handle]");
    const item = itemOf(event.target);
    if (!handle || !item) return;
    const isToggle = event.key === "Enter" || event.key === " ";
    if (isToggle) {
      event.preventDefault();
      if (held) return release(true);
      grab(item);
      return announce(
        `${nameOf(item)} is grabbed, ${
          where(items().indexOf(item))
        }. Arrow keys move it, Enter drops it, Escape cancels.`,
      );
    }
    if (!held) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      return release(false);
    }
    const index = stepOf(
      event.key,
      items().indexOf(item),
      columnsOf(items()),
      items().length,
    );
    if (index === null) return;
    event.preventDefault();
    place(item, index);
    announce(where(index));
  });
  list.addEventListener("focusout", (event) => {
    const next = event.relatedTarget;
    // Moving the item blurs its handle for a moment, without another focus.
    if (held && next instanceof Node && !held.item.contains(next)) {
      release(true);
    }
  });

  list.addEventListener("pointerdown", (event) => {
    const target = event.target as Element;
    const isHandle = target.closest("[data-handle]") !== null;
    const isPicture = target.closest("[data-drag]") !== null &&
      event.pointerType === "mouse";
    const item = itemOf(target);
    if (!item || held || event.button !== 0 || !(isHandle || isPicture)) return;
    const ended = new AbortController();
    const { signal } = ended;
    const move = (to: PointerEvent): void => {
      const distance = Math.hypot(
        to.clientX - event.clientX,
        to.clientY - event.clientY,
      );
      if (!held && distance < DRAG_FROM) return;
      if (!held) grab(item);
      const over = itemOf(document.elementFromPoint(to.clientX, to.clientY));
      if (over && over !== item) place(item, items().indexOf(over));
    };
    const end = (isKept: boolean): void => {
      ended.abort();
      if (!held) return;
      release(isKept);
      // The click that follows the drag opens nothing.
      const swallow = (click: Event) => click.stopPropagation();
      list.addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => list.removeEventListener("click", swallow, { capture: true }));
    };
    document.addEventListener("pointermove", move, { signal });
    document.addEventListener("pointerup", () => end(true), { signal });
    document.addEventListener("pointercancel", () => end(false), { signal });
    if (isPicture) event.preventDefault(); // no drag of the browser's own
  });

  return {
    /** Whether an item is held, so that its owner must not change the order. */
    get isHeld() {
      return held !== undefined;
    },
  };
}

/** Counts the columns of a grid from the places of its items. */
function columnsOf(items: HTMLElement[]): number {
  const next = items.findIndex(({ offsetTop }) => offsetTop > items[0].offsetTop);
  return next < 0 ? items.length : next;
}

function stepOf(
  key: string,
  index: number,
  columns: number,
  count: number,
): number | null {
  const steps: Record<string, number> = {
    ...{ ArrowLeft: index - 1, ArrowRight: index + 1 },
    ...{
      ArrowUp: index - columns,
      ArrowDown: index + columns,
      Home: 0,
      End: count - 1,
    },
  };
  return key in steps ? Math.max(0, Math.min(count - 1, steps[key])) : null;
}
