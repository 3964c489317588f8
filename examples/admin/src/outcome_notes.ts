import type { ProcessedImage } from "@process-image/client";
import { button, el } from "./dom.ts";
import { bytes } from "./format.ts";

/**
 * Creates the texts of a photo's warnings.
 *
 * @param onRetry Processes the photo again: the cutout service may work then.
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

/**
 * Creates the sentence that says whether this request called the cutout service: API4.ai, or another one behind its interface,
 * such as the local stack's model.
 */
export function createCallNote(reply: ProcessedImage): HTMLElement {
  return el("p", { class: "quiet" }, callOf(reply));
}

/** Creates the sentence about the conversion before the upload; `null` if there was none. */
export function createConversionNote({ conversion }: ProcessedImage): HTMLElement | null {
  if (!conversion) return null;
  const { by, photo, error } = conversion;
  if (error) return el("p", { class: "quiet" }, error.message);
  const text = `This browser converted the photo to a JPEG of ${bytes(photo.size)} for the upload.`;
  return by && el("p", { class: "quiet" }, text);
}

function callOf({ metadata: { background, reused } }: ProcessedImage): string {
  if (reused) {
    return "Storage had the result: nothing was rendered, and the cutout service was not called.";
  }
  if (background.provider === "own_alpha") {
    return "The photo was cut out already: its own transparency was used, and the cutout service was not called.";
  }
  if (background.removed && background.cached) {
    return "The cutout of an earlier request was used: the cutout service was not called.";
  }
  return background.removed
    ? "The cutout service removed the background."
    : "The background was kept.";
}
