/** What an element may contain; `false`, `null` and `undefined` are left out. */
export type Child = Node | string | false | null | undefined;

type Listeners = {
  [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void;
};

/** Attributes by their names in HTML, `on` for listeners. `true` sets an empty attribute, `false` none. */
export type Attributes =
  & Record<string, string | number | boolean | undefined | Listeners>
  & {
    on?: Listeners;
  };

/**
 * Makes an element. Text is always text: nothing here is ever read as HTML.
 *
 * @param tag Its name.
 * @param attributes Its attributes and listeners.
 * @param children What it contains.
 */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === undefined || typeof value === "object") {
      continue;
    }
    element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const [type, listener] of Object.entries(attributes.on ?? {})) {
    element.addEventListener(type, listener as EventListener);
  }
  element.append(...present(children));
  return element;
}

/** Puts other children in the place of an element's own. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...present(children));
}

/** A plain button: it submits nothing. */
export function button(
  text: string,
  onClick: () => void,
  attributes: Attributes = {},
) {
  return el(
    "button",
    { type: "button", ...attributes, on: { click: onClick } },
    text,
  );
}

let ids = 0;

/** An id for an element that a label or a description has to name. */
export function newId(prefix: string): string {
  return `${prefix}-${++ids}`;
}

function present(children: Child[]): (Node | string)[] {
  return children.filter((child): child is Node | string =>
    child !== false && child !== null && child !== undefined
  );
}
