/** Content of an element; `false`, `null` and `undefined` are skipped. */
export type Child = Node | string | false | null | undefined;

type Listeners = {
  [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void;
};

/** Attributes by their HTML names, and listeners in `on`. `true` sets an empty attribute, `false` sets none. */
export type Attributes =
  & Record<string, string | number | boolean | undefined | Listeners>
  & {
    on?: Listeners;
  };

/**
 * Creates an element. Text is never parsed as HTML.
 *
 * @param tag The element's name.
 * @param attributes The attributes and listeners.
 * @param children The content.
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

/** Replaces an element's children. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...present(children));
}

/** Creates a button that does not submit a form. */
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

/** Creates an id for an element that a label or a description refers to. */
export function newId(prefix: string): string {
  return `${prefix}-${++ids}`;
}

function present(children: Child[]): (Node | string)[] {
  return children.filter((child): child is Node | string =>
    child !== false && child !== null && child !== undefined
  );
}
