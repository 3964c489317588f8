import { button, el } from "./dom.ts";
import type { LeftOut } from "./upload_all.ts";

/**
 * Creates the list of files that a batch does without, with the reason for each.
 *
 * @param title The outcome for the batch, as a sentence.
 * @param onClose Called when the user closes the list.
 */
export function createLeftOut(
  leftOut: readonly LeftOut[],
  title: string,
  onClose: () => void,
): HTMLElement {
  return el(
    "div",
    { class: "notice warning", role: "group", "aria-label": "Left out" },
    el("p", {}, el("strong", {}, title)),
    el(
      "ul",
      {},
      ...leftOut.map(({ file, reason }) => el("li", {}, `${file.name}: ${reason}`)),
    ),
    el("p", { class: "actions" }, button("Close the list", onClose)),
  );
}

/** Says how many files a batch does without. */
export function leftOutSentence({ length }: readonly LeftOut[]): string {
  return length === 1
    ? "1 file was left out of the batch."
    : `${length} files were left out of the batch.`;
}

/** Says that none of the files can be processed. */
export function nothingLeftSentence({ length }: readonly LeftOut[]): string {
  return length === 1
    ? "The chosen file cannot be uploaded, so there is no batch."
    : `None of the ${length} chosen files can be uploaded, so there is no batch.`;
}
