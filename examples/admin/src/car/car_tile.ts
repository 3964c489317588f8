import { button, el, fill } from "../dom.ts";
import { createQualityBadges } from "../quality_badges.ts";
import { textOf } from "../problem.ts";
import { type CarPhoto, hasKeptBackground, urlsOf, warningsOf } from "./car_photo.ts";

/** Actions of a tile's buttons. */
export interface TileActions {
  onOpen: (photo: CarPhoto) => void;
  onCover: (photo: CarPhoto) => void;
  onRetry: (photo: CarPhoto) => void;
  onRetake: (photo: CarPhoto) => void;
  onRemove: (photo: CarPhoto) => void;
}

/** A photo in the grid. */
export interface CarTile {
  element: HTMLLIElement;
  /** Shows the photo's state. */
  update(
    place: {
      index: number;
      count: number;
      isCover: boolean;
      hasOwnLook: boolean;
    },
  ): void;
  /** Releases the image. */
  dispose(): void;
}

const STAGES: Record<string, string> = {
  preparing: "Waiting",
  uploading: "Uploading",
  waiting: "Waiting for the server",
  removing_background: "Removing background",
  rendering: "Rendering",
  storing: "Storing",
  retrying: "Trying again",
  done: "Stored",
};

/** Creates the tile of a photo. */
export function createCarTile(photo: CarPhoto, actions: TileActions): CarTile {
  const { name } = photo;
  const url = photo.file && URL.createObjectURL(photo.file);
  const image = el("img", {
    alt: "",
    class: "ground",
    draggable: "false",
    "data-drag": true,
  });
  const badges = el("div", { class: "car-badges" });
  const state = el("p", { class: "car-state" });
  const number = el("span", { class: "car-number", "aria-hidden": "true" });
  const cover = el("span", { class: "car-cover" }, "Cover");
  const opener = button("", () => actions.onOpen(photo), { class: "car-open" });
  const choose = button("Make cover", () => actions.onCover(photo), {
    class: "plain",
    "aria-label": `Make cover: ${name}`,
  });
  const retry = button("Try again", () => actions.onRetry(photo), {
    class: "plain",
    "aria-label": `Try again: ${name}`,
  });
  fill(opener, image, el("span", { class: "visually-hidden" }, `Open ${name}`));
  const element = el(
    "li",
    { class: "car-tile", "data-key": photo.key },
    opener,
    el("span", { class: "car-marks" }, number, cover),
    el("p", { class: "car-name", title: name }, name),
    state,
    badges,
    el(
      "div",
      { class: "car-actions" },
      el("button", {
        type: "button",
        class: "plain car-handle",
        "data-handle": true,
        "aria-label": `Move ${name}`,
        title: "Drag, or press Enter and the arrow keys",
      }, "Move"),
      choose,
      retry,
      button("Retake", () => actions.onRetake(photo), {
        class: "plain",
        "aria-label": `Retake ${name}`,
      }),
      button("Remove", () => actions.onRemove(photo), {
        class: "plain",
        "aria-label": `Remove ${name}`,
      }),
    ),
  );
  // A HEIC that this browser cannot show has no picture until it is stored.
  image.addEventListener("error", () => image.classList.add("unreadable"));
  image.addEventListener("load", () => image.classList.remove("unreadable"));

  const update: CarTile["update"] = ({ index, count, isCover, hasOwnLook }) => {
    const address = urlsOf(photo).grid ?? url;
    if (address && image.getAttribute("src") !== address) image.src = address;
    element.dataset.state = photo.state;
    element.setAttribute("aria-busy", String(photo.state === "working"));
    number.textContent = String(index + 1);
    element.setAttribute(
      "aria-label",
      `Photo ${index + 1} of ${count}: ${name}`,
    );
    cover.hidden = !isCover;
    choose.hidden = isCover || photo.state !== "stored";
    const isKept = photo.state === "stored" && hasKeptBackground(photo);
    retry.hidden = photo.state !== "failed" && !isKept;
    element.classList.toggle("warned", isKept);
    const text = photo.state === "working"
      ? STAGES[photo.progress?.stage ?? "preparing"]
      : photo.state === "failed"
      ? problemOf(photo)
      : isKept
      ? "The background was kept"
      : hasOwnLook
      ? "Own look"
      : "";
    if (state.textContent !== text) state.textContent = text;
    const next = createQualityBadges({ warnings: warningsOf(photo) });
    if (badges.textContent !== (next?.textContent ?? "")) fill(badges, next);
  };
  return {
    element,
    update,
    dispose: () => url && URL.revokeObjectURL(url),
  };
}

/** The sentence about a failed photo. */
export function problemOf({ error }: CarPhoto): string {
  return error
    ? textOf(error)
    : "Its original is not in Storage: retake the photo to give it another look.";
}
