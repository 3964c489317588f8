import type { SupabaseClient } from "@supabase/supabase-js";
import { el, newId } from "../dom.ts";
import { createSliderField } from "../slider_field.ts";
import { BACKGROUNDS, listBucketPictures } from "./bucket_pictures.ts";
import { GALLERY_FRAMING, type Look, PRESETS } from "./look.ts";
import { createLookPicture } from "./look_picture.ts";
import { createPictureChoice, type PictureOption } from "./picture_choice.ts";

/** The choice of a look by pictures. */
export interface LookForm {
  element: HTMLElement;
  /** Shows a look. */
  show(look: Look): void;
}

const BACKGROUND_LOOKS: Record<
  string,
  [text: string, background: Look["background"]]
> = {
  transparent: ["None", "transparent"],
  white: ["White", "#ffffff"],
  grey: ["Grey", "#e5e7eb"],
  light: ["Light studio", PRESETS.studio.look.background!],
  dark: ["Dark showroom", PRESETS.showroom.look.background!],
};
const SHADOWS: Record<string, string> = {
  auto: "Drop shadow",
  ground: "On the floor",
  none: "None",
};
const PLATES: Record<string, [text: string, plate: Look["plate"]]> = {
  keep: ["Visible", "keep"],
  blur: ["Blurred", "blur"],
  cover: ["Covered", { cover: "#ffffff" }],
};
const CHANNELS: Record<string, string> = {
  google_vehicle_ads: "Google Vehicle Ads",
  facebook_square: "Facebook, square",
  facebook_wide: "Facebook, wide",
};

/**
 * Creates the choice of a look: ready-made looks first, then their parts.
 *
 * @param onChange Called with the whole look after each choice.
 */
export function createLookForm(
  supabase: SupabaseClient,
  first: Look,
  onChange: (look: Look) => void,
): LookForm {
  let look = first;
  const change = (part: Partial<Look>): void => {
    show({ ...look, ...part });
    onChange(look);
  };
  const preset = createPictureChoice(
    "Ready-made looks",
    optionsFrom(PRESETS, ({ text, look }) => [text, look]),
    (value) => change(PRESETS[value].look),
  );
  const plain = optionsFrom(
    BACKGROUND_LOOKS,
    ([text, background]) => [text, { background }],
  );
  const background = createPictureChoice(
    "Background",
    plain,
    (value) =>
      change({
        background: BACKGROUND_LOOKS[value]?.[1] ??
          {
            storage_path: {
              bucket: BACKGROUNDS,
              path: value.slice(PATH.length),
            },
          },
      }),
  );
  const shadow = createPictureChoice(
    "Shadow",
    optionsFrom(
      SHADOWS,
      (text, value) => [text, { shadow: value as Look["shadow"] }],
    ),
    (value) => change({ shadow: value as Look["shadow"] }),
  );
  const strength = createSliderField(
    "Strength of the shadow, per cent",
    first.shadow_strength,
    (shadow_strength) => change({ shadow_strength }),
  );
  const reflection = createSliderField(
    "Reflection in the floor, per cent",
    first.reflection,
    (reflection) => change({ reflection }),
  );
  const framing = createPictureChoice(
    "Size and place",
    optionsFrom(
      {
        none: ["As photographed", "none"],
        gallery: ["The same in every photo", GALLERY_FRAMING],
      },
      (
        [text, framing],
      ) => [text as string, { framing: framing as Look["framing"] }],
    ),
    (value) => change({ framing: value === "none" ? "none" : GALLERY_FRAMING }),
  );
  const plate = createPictureChoice(
    "Licence plates",
    optionsFrom(PLATES, ([text, plate]) => [text, { plate }]),
    (value) => change({ plate: PLATES[value][1] }),
  );
  const channels = Object.entries(CHANNELS).map(([value, text]) => {
    const box = el("input", { type: "checkbox", value });
    box.addEventListener("change", () => change({ channels: readChannels() }));
    return { box, label: el("label", { class: "check" }, box, text) };
  });

  const own = el("input", {
    ...{ type: "text", id: newId("own-variants"), pattern: "[a-z0-9_, ]*", autocomplete: "off" },
  });
  const readChannels = (): string[] => [
    ...channels.filter(({ box }) => box.checked).map(({ box }) => box.value),
    ...own.value.split(",").map((name) => name.trim()).filter(Boolean),
  ];
  own.addEventListener("change", () => {
    if (own.reportValidity()) change({ channels: readChannels() });
  });

  const show = (next: Look): void => {
    look = next;
    preset.value = keyFor(
      PRESETS,
      ({ look: part }) => isEqual({ ...next, ...part }, next),
    );
    background.value = keyOfBackground(next.background);
    shadow.value = next.shadow === "drop" ? "auto" : next.shadow;
    strength.value = next.shadow_strength;
    strength.disabled = next.shadow === "none";
    reflection.value = next.reflection;
    framing.value = next.framing === "none" ? "none" : "gallery";
    plate.value = keyFor(PLATES, ([, one]) => isEqual(one, next.plate));
    for (const { box } of channels) {
      box.checked = next.channels.includes(box.value);
    }
    const others = next.channels.filter((name) => !(name in CHANNELS)).join(", ");
    if (own !== document.activeElement) own.value = others;
  };
  show(first);
  void listBucketPictures(supabase).then((pictures) => {
    background.offer([
      ...plain,
      ...pictures.map((option) => ({ ...option, value: PATH + option.value })),
    ]);
    background.value = keyOfBackground(look.background);
  });

  const element = el(
    "div",
    { class: "look-form" },
    ...[preset, background, shadow, strength, reflection, framing, plate]
      .map(({ element }) => element),
    el(
      "fieldset",
      { class: "look-choice" },
      el("legend", {}, "Also for"),
      ...channels.map(({ label }) => label),
      el(
        "div",
        { class: "field" },
        el("label", { for: own.id }, "The portal's own variants, separated by commas"),
        own,
      ),
    ),
  );
  return { element, show };
}

/** Begins the values of the bucket's pictures, which are paths. */
const PATH = "path:";

function keyOfBackground(background: Look["background"]): string {
  return typeof background === "object" && "storage_path" in background
    ? PATH + background.storage_path.path
    : keyFor(BACKGROUND_LOOKS, ([, one]) => isEqual(one, background));
}

function optionsFrom<T>(
  entries: Record<string, T>,
  partsOf: (entry: T, value: string) => [text: string, look: Partial<Look>],
): PictureOption[] {
  return Object.entries(entries).map(([value, entry]) => {
    const [text, look] = partsOf(entry, value);
    return { value, text, picture: createLookPicture(look) };
  });
}

function keyFor<T>(
  entries: Record<string, T>,
  isIt: (entry: T) => boolean,
): string {
  return Object.entries(entries).find(([, entry]) => isIt(entry))?.[0] ?? "";
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
