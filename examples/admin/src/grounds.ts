import { el, newId } from "./dom.ts";

const GROUNDS = { checked: "Checkerboard", white: "White", dark: "Dark" };

/**
 * Creates the choice of the ground behind transparent pixels.
 *
 * @param target The element whose parts of the class `ground` get the ground.
 */
export function createGrounds(target: HTMLElement): HTMLElement {
  const name = newId("ground");
  const choose = (ground: string) => () => target.dataset.ground = ground;
  target.dataset.ground = "checked";
  const radios = Object.entries(GROUNDS).map(([value, text]) =>
    el(
      "label",
      {},
      el("input", {
        type: "radio",
        name,
        value,
        checked: value === "checked",
        on: { change: choose(value) },
      }),
      el("span", {}, text),
    )
  );
  return el(
    "fieldset",
    { class: "segments" },
    el("legend", {}, "Ground"),
    ...radios,
  );
}
