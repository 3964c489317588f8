import { el } from "./dom.ts";

/** One of the page's views. */
export interface View {
  /** Its name in the navigation and in the window's title. */
  title: string;
  element: HTMLElement;
  /** Takes the focus when the view is entered. */
  heading: HTMLElement;
  /** Called each time it is entered, with what stands behind the slash in the address. */
  shown?(place: string | undefined): void;
}

/** A view's heading: it can take the focus, but is no stop of the tab key. */
export function heading(text: string): HTMLHeadingElement {
  return el("h1", { tabindex: -1 }, text);
}
