import type { PhotoOptions } from "@process-image/client";
import type { SupabaseClient } from "@supabase/supabase-js";
import { createBackgroundFields } from "./background_fields.ts";
import { DEFAULT_STRENGTH } from "./car/look.ts";
import { createChannelFields } from "./channel_fields.ts";
import { el, newId } from "./dom.ts";
import { createFramingFields } from "./framing_fields.ts";
import { QUALITY_CODES } from "./quality_badges.ts";
import { createSliderField } from "./slider_field.ts";

/** The choice in the form. */
export interface Choice {
  options: PhotoOptions;
  /** Whether the original is uploaded to Storage first. */
  keepOriginal: boolean;
}

/** The form with the settings. */
export interface OptionsForm {
  element: HTMLElement;
  /** Returns the current choice; `null` if a field is invalid, which the browser then reports. */
  read(): Choice | null;
  /** Returns the current choice without a report; `null` if a field is invalid. */
  peek(): Choice | null;
}

/** Creates the form, with the server's defaults. */
export function createOptionsForm(
  supabase: SupabaseClient,
  { withOriginal, onChange }: { withOriginal: boolean; onChange?: () => void },
): OptionsForm {
  const cutout = choice({ trust: "keep their cutout", ignore: "cut out again" });
  const crop = choice({ auto: "to the car", none: "whole picture" });
  const padding = el("input", {
    type: "number",
    min: 0,
    max: 1000,
    step: 1,
    value: 50,
    required: true,
  });
  const quality = el("input", {
    type: "number",
    min: 1,
    max: 100,
    step: 1,
    value: 84,
    required: true,
  });
  const shadow = choice({
    auto: "automatic",
    drop: "drop shadow",
    ground: "on the floor",
    none: "none",
  });
  const plate = choice({ keep: "visible", blur: "blurred", cover: "covered in white" });
  const strength = createSliderField("Strength, per cent", DEFAULT_STRENGTH);
  const reflection = createSliderField("Reflection, per cent", 0);
  const fit = choice({
    contain: "all of the car",
    cover: "fill the frame",
    fill: "stretched",
  });
  const format = choice({ webp: "WebP", jpeg: "JPEG", png: "PNG" });
  const background = createBackgroundFields(supabase);
  const channels = createChannelFields();
  const keep = el("input", { type: "checkbox" });
  const refuse = el("input", { type: "checkbox" });

  const framing = createFramingFields();
  const update = (): void => {
    background.update();
    quality.disabled = format.value === "png"; // it is lossless
    framing.update();
    const isFramed = framing.read() !== "none"; // it replaces these three settings
    crop.disabled = isFramed;
    fit.disabled = isFramed;
    padding.disabled = isFramed || crop.value === "none";
    strength.disabled = shadow.value === "none";
    onChange?.();
  };
  const element = el(
    "form",
    {
      class: "options",
      on: { input: update, submit: (event) => event.preventDefault() },
    },
    el(
      "fieldset",
      {},
      el("legend", {}, "Settings"),
      field("Photos that are cut out already", cutout),
      field("Crop", crop),
      field("Padding, pixels", padding),
      field("Shadow", shadow),
      strength.element,
      reflection.element,
      field("Licence plates", plate),
      field("Fit in the frame", fit),
      ...framing.elements,
      ...background.elements,
      field("Format", format),
      field("Quality, 1 to 100", quality),
      channels.element,
      el(
        "label",
        { class: "check" },
        refuse,
        "Refuse photos that quality control warns of",
      ),
      withOriginal && el(
        "label",
        { class: "check" },
        keep,
        "Keep the original in Storage, so that other settings need no second upload",
      ),
    ),
  );

  const peek = (): Choice | null => {
    if (!element.checkValidity()) return null;
    const variants = channels.read();
    const options = {
      ...(cutout.value === "ignore" && { trust_alpha: false }),
      crop: crop.value as PhotoOptions["crop"],
      ...(crop.value === "auto" && { padding: padding.valueAsNumber }),
      shadow: shadow.value as PhotoOptions["shadow"],
      ...(plate.value === "blur" && { plate: "blur" as const }),
      ...(plate.value === "cover" && { plate: { cover: "#ffffff" } }),
      ...(shadow.value !== "none" && strength.value !== DEFAULT_STRENGTH && {
        shadow_strength: strength.value,
      }),
      ...(reflection.value > 0 && { reflection: reflection.value }),
      fit: fit.value as PhotoOptions["fit"],
      framing: framing.read(),
      format: format.value as PhotoOptions["format"],
      background: background.read(),
      ...(variants && { variants }),
      ...(format.value !== "png" && { quality: quality.valueAsNumber }),
      ...(refuse.checked && { require: QUALITY_CODES as PhotoOptions["require"] }),
    };
    return { options, keepOriginal: keep.checked };
  };
  const read = (): Choice | null => element.reportValidity() ? peek() : null;
  return { element, read, peek };
}

function choice(texts: Record<string, string>): HTMLSelectElement {
  return el(
    "select",
    {},
    ...Object.entries(texts).map(([value, text]) => el("option", { value }, text)),
  );
}

function field(
  text: string,
  control: HTMLInputElement | HTMLSelectElement,
): HTMLElement {
  control.id = newId("option");
  return el(
    "div",
    { class: "field" },
    el("label", { for: control.id }, text),
    control,
  );
}
