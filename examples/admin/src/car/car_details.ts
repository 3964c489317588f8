import { el, fill } from "../dom.ts";
import { createCallNote, createConversionNote } from "../outcome_notes.ts";
import { createRequestId } from "../problem.ts";
import { createTimingsChart } from "../timings_chart.ts";
import { type CarPhoto, warningsOf } from "./car_photo.ts";

/** Facts for a developer, folded away: times, request ids, warnings as they are. */
export interface CarDetails {
  element: HTMLDetailsElement;
  update(photos: readonly CarPhoto[]): void;
}

/** Creates the folded details of photos. */
export function createCarDetails(): CarDetails {
  let shown: readonly CarPhoto[] = [];
  const list = el("div", { class: "stack" });
  const element: HTMLDetailsElement = el(
    "details",
    { class: "car-details", on: { toggle: () => draw() } },
    el("summary", {}, "Details"),
    list,
  );
  const draw = (): void => {
    fill(list, ...(element.open ? shown.map(detailsOf) : []));
  };
  return {
    element,
    update: (photos) => {
      shown = photos;
      draw();
    },
  };
}

function detailsOf(photo: CarPhoto): HTMLElement {
  const { name, reply, error } = photo;
  const id = reply?.request_id ?? error?.requestId;
  return el(
    "section",
    { class: "car-detail" },
    el("h3", {}, name),
    reply && createCallNote(reply),
    reply && createConversionNote(reply),
    error && el("p", { class: "quiet" }, `Code: ${error.code}`),
    ...warningsOf(photo).map(({ code, message }) =>
      el("p", { class: "quiet" }, message, ` Code: ${code}`)
    ),
    id ? createRequestId(id) : el("p", { class: "quiet" }, "Stored on an earlier visit."),
    reply && createTimingsChart(reply.metadata.timings_ms),
  );
}
