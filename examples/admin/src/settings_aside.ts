import { type Child, el } from "./dom.ts";

/** Where there is room for the settings beside the photos; the same as in `shell.css`. */
const BESIDE = "(min-width: 52.01rem)";

/** A view's settings: beside it where there is room, and above it, folded away, where there is none. */
export function createSettingsAside(...content: Child[]): HTMLElement {
  const beside = matchMedia(BESIDE);
  const details = el(
    "details",
    { open: beside.matches },
    el("summary", {}, "Settings"),
    el("div", { class: "stack" }, ...content),
  );
  beside.addEventListener("change", () => details.open = beside.matches);
  // A field that is wrong has to be seen for the browser to say so.
  details.addEventListener("invalid", () => details.open = true, { capture: true });
  return el("aside", { "aria-label": "Settings" }, details);
}
