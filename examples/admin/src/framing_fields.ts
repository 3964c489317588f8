import type { PhotoOptions } from "@process-image/client";
import { el, newId } from "./dom.ts";

/** The controls of a framing. */
export interface FramingFields {
  elements: HTMLElement[];
  /** Shows the controls that apply to the current choice. */
  update(): void;
  read(): PhotoOptions["framing"];
}

const KINDS = { none: "as photographed", gallery: "the same in every photo" };
const SHAPES = ["3:2", "4:3", "16:9", "1:1"];

/** Creates the controls of a framing, with the server's defaults. */
export function createFramingFields(): FramingFields {
  const kind = selection(Object.entries(KINDS));
  const width = percent(86);
  const height = percent(62);
  const ground = percent(84);
  const shape = selection(SHAPES.map((one) => [one, one]));
  const details = [
    field("Width of the car, %", width),
    field("Height of the car at most, %", height),
    field("Ground line, % from the top", ground),
    field("Shape of the master", shape),
  ];
  const update = (): void => {
    for (const one of details) one.hidden = kind.value === "none";
    for (const one of [width, height, ground]) one.disabled = kind.value === "none";
  };
  update();
  return {
    elements: [field("Size and place of the car", kind), ...details],
    update,
    read: () =>
      kind.value === "none" ? "none" : {
        car_width: width.valueAsNumber / 100,
        car_height: height.valueAsNumber / 100,
        ground_line: ground.valueAsNumber / 100,
        aspect: shape.value,
      },
  };
}

function selection(texts: [value: string, text: string][]): HTMLSelectElement {
  return el("select", {}, ...texts.map(([value, text]) => el("option", { value }, text)));
}

function percent(value: number): HTMLInputElement {
  return el("input", { type: "number", min: 50, max: 100, step: 1, value, required: true });
}

function field(text: string, control: HTMLInputElement | HTMLSelectElement): HTMLElement {
  control.id = newId("framing");
  return el("div", { class: "field" }, el("label", { for: control.id }, text), control);
}
