import { el } from "./dom.ts";

/** One of the page's views. */
export interface View {
  /** The view's name in the navigation and in the window's title. */
  title: string;
  element: HTMLElement;
  /** Takes the focus when the user enters the view. */
  heading: HTMLElement;
  /** Called each time the user enters the view, with the part after the slash in the address. */
  shown?(place: string | undefined): void;
}

/** Creates a view's heading. It can take the focus, but the tab key skips it. */
export function heading(text: string): HTMLHeadingElement {
  return el("h1", { tabindex: -1 }, text);
}
