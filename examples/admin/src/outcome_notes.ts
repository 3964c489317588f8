import type { ProcessedImage } from "@process-image/client";
import { button, el } from "./dom.ts";

/**
 * Creates the texts of a photo's warnings.
 *
 * @param onRetry Processes the photo again: API4.ai may work then.
 */
export function createWarnings(reply: ProcessedImage, onRetry: () => void): HTMLElement[] {
  return reply.warnings.map(({ code, message }) => {
    const isWorthATry = !reply.metadata.background.removed &&
      code.startsWith("background_removal_");
    return el(
      "div",
      { class: "notice warning" },
      el("p", {}, el("strong", {}, message)),
      el(
        "p",
        { class: "actions" },
        isWorthATry && button("Try again", onRetry),
        el("span", { class: "quiet" }, `Code: ${code}`),
      ),
    );
  });
}

/** Creates the sentence that says whether this request called API4.ai. */
export function createCallNote(reply: ProcessedImage): HTMLElement {
  return el("p", { class: "quiet" }, callOf(reply));
}

function callOf({ metadata: { background, reused } }: ProcessedImage): string {
  if (reused) {
    return "Storage had the result: nothing was rendered, and API4.ai was not called.";
  }
  if (background.removed && background.cached) {
    return "The cutout of an earlier request was used: API4.ai was not called.";
  }
  return background.removed ? "API4.ai removed the background." : "The background was kept.";
}
