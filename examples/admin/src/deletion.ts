import type { ProcessImageError } from "@process-image/client";
import { button, el, fill } from "./dom.ts";
import { createProblem } from "./problem.ts";

/** A button that deletes after a question. */
export interface Deletion {
  element: HTMLElement;
  /** Shows the button again; a question that is open ends. */
  offer(): void;
}

/** The texts and the action of a {@linkcode Deletion}. */
export interface DeletionOptions {
  /** The button's text. */
  text: string;
  /** Sentences that say what is deleted. */
  question: string;
  /** The text of the button that deletes nothing. */
  keep: string;
  /** Deletes. @returns The error, or `null`. */
  erase: () => Promise<ProcessImageError | null>;
}

/** Creates a button that asks in its place before it deletes, and shows an error with another try. */
export function createDeletion({ text, question, keep, erase }: DeletionOptions): Deletion {
  const element = el("div", { class: "deletion" });
  const offer = (): void => fill(element, button(text, ask, { class: "danger" }));
  const ask = (): void => {
    const no = button(keep, offer);
    const yes = button("Delete everything", () => void run(), { class: "danger" });
    fill(element, el("p", {}, question), el("p", { class: "actions" }, yes, no));
    no.focus();
  };
  const run = async (): Promise<void> => {
    fill(element, el("p", { role: "status" }, "Deleting"));
    const error = await erase();
    if (error) fill(element, createProblem(error, () => void run()));
    else offer();
  };
  offer();
  return { element, offer };
}
