import { el, newId } from "./dom.ts";

/** Variants for channels, which every portal has besides the standard ones. */
const CHANNELS = {
  google_vehicle_ads: "Google Vehicle Ads, 800 \u00d7 600",
  facebook_square: "Facebook, 600 \u00d7 600",
  facebook_wide: "Facebook, 1200 \u00d7 628",
};

/** The controls of the variants for channels. */
export interface ChannelFields {
  element: HTMLElement;
  /** Returns the variants to render; `undefined` for the standard ones. */
  read(): string[] | undefined;
}

/** Creates the controls of the variants for channels. */
export function createChannelFields(): ChannelFields {
  const boxes = Object.entries(CHANNELS).map(([name, text]) => {
    const box = el("input", { type: "checkbox", value: name });
    return { box, label: el("label", { class: "check" }, box, text) };
  });
  const own = el("input", {
    type: "text",
    id: newId("own-variants"),
    pattern: "[a-z0-9_, ]*",
    autocomplete: "off",
  });
  return {
    element: el(
      "fieldset",
      { class: "channels" },
      el("legend", {}, "Also for"),
      ...boxes.map(({ label }) => label),
      el(
        "div",
        { class: "field" },
        el("label", { for: own.id }, "The portal's own variants, separated by commas"),
        own,
      ),
    ),
    read: () => {
      const chosen = [
        ...boxes.filter(({ box }) => box.checked).map(({ box }) => box.value),
        ...own.value.split(",").map((name) => name.trim()).filter(Boolean),
      ];
      return chosen.length > 0 ? ["processed", "grid", "detail", ...chosen] : undefined;
    },
  };
}
