import { el, newId } from "./dom.ts";

/** A labelled slider from 0 to 100. */
export interface SliderField {
  element: HTMLElement;
  /** The chosen value, in steps of 5. */
  value: number;
  disabled: boolean;
}

/**
 * Creates a slider from 0 to 100 with its label and its value as text. A screen reader reads the slider's own value.
 *
 * @param onChange Called when the user has let go.
 */
export function createSliderField(
  text: string,
  first: number,
  onChange?: (value: number) => void,
): SliderField {
  const id = newId("slider");
  const input = el("input", { type: "range", id, min: 0, max: 100, step: 5, value: first });
  const output = el("span", { class: "slider-value", "aria-hidden": "true" }, String(first));
  input.addEventListener("input", () => output.textContent = input.value);
  input.addEventListener("change", () => onChange?.(input.valueAsNumber));
  return {
    element: el("div", { class: "field" }, el("label", { for: id }, text), output, input),
    get value() {
      return input.valueAsNumber;
    },
    set value(value) {
      input.valueAsNumber = value;
      output.textContent = input.value;
    },
    get disabled() {
      return input.disabled;
    },
    set disabled(disabled) {
      input.disabled = disabled;
    },
  };
}
