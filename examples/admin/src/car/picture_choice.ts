import { el, fill, newId } from "../dom.ts";

/** One of the pictures to choose from. */
export interface PictureOption {
  value: string;
  text: string;
  picture: Element;
}

/** A choice by small pictures. */
export interface PictureChoice {
  element: HTMLFieldSetElement;
  /** The chosen option's value; an empty string if none is chosen. */
  value: string;
  /** Replaces the options; the chosen one stays chosen if it is still there. */
  offer(options: PictureOption[]): void;
}

/**
 * Creates a group of radio buttons with pictures.
 *
 * @param onChoose Called with the value that the user has chosen.
 */
export function createPictureChoice(
  legend: string,
  options: PictureOption[],
  onChoose: (value: string) => void,
): PictureChoice {
  const name = newId("choice");
  const list = el("div", { class: "look-options" });
  const radios = () => [...list.querySelectorAll<HTMLInputElement>("input")];
  const choice: PictureChoice = {
    element: el(
      "fieldset",
      { class: "look-choice" },
      el("legend", {}, legend),
      list,
    ),
    get value() {
      return radios().find(({ checked }) => checked)?.value ?? "";
    },
    set value(value) {
      for (const radio of radios()) radio.checked = radio.value === value;
    },
    offer: (next) => {
      const { value } = choice;
      fill(
        list,
        ...next.map((option) =>
          el(
            "label",
            { class: "look-option" },
            el("input", {
              ...{ type: "radio", name, value: option.value },
              on: { change: () => onChoose(option.value) },
            }),
            option.picture,
            el("span", {}, option.text),
          )
        ),
      );
      choice.value = value;
    },
  };
  choice.offer(options);
  return choice;
}
