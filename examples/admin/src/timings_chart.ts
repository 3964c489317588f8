import { el } from "./dom.ts";
import { time } from "./format.ts";

const NAMES: Record<string, string> = {
  auth: "sign-in check",
  body: "receiving",
  source: "reading the original",
  route: "routing",
  lookup: "lookup in Storage",
  queue: "waiting for the CPU slot",
  decode: "decoding",
  background: "removing background",
  crop: "cropping",
  processed: "processed",
  grid: "grid",
  detail: "detail",
  store: "storing",
  hand_over: "another isolate",
  legacy: "legacy service",
};

/**
 * Creates the bar chart of the steps' times, as a table.
 *
 * @param timings The answer's `timings_ms`. Concurrent steps overlap, so they do not add up to `total`.
 */
export function createTimingsChart(
  timings: Record<string, number>,
): HTMLElement {
  const { total = 0, ...steps } = timings;
  const longest = Math.max(1, ...Object.values(steps));
  const rows = Object.entries(steps).filter(([, ms]) => ms >= 0.5).map(
    ([name, ms]) => {
      const bar = el("span", { class: "bar-fill", "aria-hidden": "true" });
      bar.style.inlineSize = `${Math.max(1, (ms / longest) * 100)}%`;
      return el(
        "tr",
        {},
        el("th", { scope: "row" }, NAMES[name] ?? name),
        el("td", { class: "bar-cell" }, bar),
        el("td", { class: "number" }, time(ms)),
      );
    },
  );
  return el(
    "table",
    { class: "timings" },
    el("caption", {}, `Time on the server: ${time(total)}`),
    el(
      "thead",
      { class: "visually-hidden" },
      el(
        "tr",
        {},
        ...["Step", "Bar", "Time"].map((text) => el("th", { scope: "col" }, text)),
      ),
    ),
    el("tbody", {}, ...rows),
  );
}
