import { type Child, el } from "./dom.ts";

/** Widths with room for the settings beside the photos; the same query as in `shell.css`. */
const BESIDE = "(min-width: 52.01rem)";

/** Creates a view's settings: beside the view if there is room, else collapsed above it. */
export function createSettingsAside(title: string, ...content: Child[]): HTMLElement {
  const beside = matchMedia(BESIDE);
  const details = el(
    "details",
    { open: beside.matches },
    el("summary", {}, title),
    el("div", { class: "stack" }, ...content),
  );
  beside.addEventListener("change", () => details.open = beside.matches);
  // The browser reports an invalid field only if it is visible.
  details.addEventListener("invalid", () => details.open = true, { capture: true });
  return el("aside", { "aria-label": title }, details);
}
