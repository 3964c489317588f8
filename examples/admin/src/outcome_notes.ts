import type { ProcessedImage } from "@process-image/client";
import { button, el } from "./dom.ts";

/**
 * What went wrong on the way, in words.
 *
 * @param onRetry Has the photo processed again: API4.ai may work by then.
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

/** A sentence that says whether this request had API4.ai called. */
export function createCallNote(reply: ProcessedImage): HTMLElement {
  return el("p", { class: "quiet" }, callOf(reply));
}

function callOf({ metadata: { background, reused } }: ProcessedImage): string {
  if (reused) {
    return "Nothing was rendered and API4.ai was not asked: Storage had the result.";
  }
  if (background.removed && background.cached) {
    return "API4.ai was not asked: the cutout was kept from an earlier request.";
  }
  return background.removed ? "API4.ai removed the background." : "The background was kept.";
}
