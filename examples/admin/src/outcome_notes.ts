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
 * Creates the sentence that says which service cut the photo out, and whether this request called it; `null` if a warning says
 * already why the background was kept.
 */
export function createCallNote({ metadata, warnings }: ProcessedImage): HTMLElement | null {
  const isSaid = !metadata.background.removed &&
    warnings.some(({ code }) => code.startsWith("background_removal_"));
  return isSaid ? null : el("p", { class: "quiet" }, callOf(metadata));
}

/**
 * Names a cutout that a simulator has made; `null` for any other one.
 *
 * @param facts A photo's `metadata` or manifest.
 */
export function simulatedNote(facts: { background?: unknown } | undefined): string | null {
  const { provider } = (facts?.background ?? {}) as { provider?: unknown };
  return provider === SIMULATOR ? "Cut out by a simulator, not by API4.ai." : null;
}

/** Creates the sentence about the conversion before the upload; `null` if there was none. */
export function createConversionNote({ conversion }: ProcessedImage): HTMLElement | null {
  if (!conversion) return null;
  const { by, photo, error } = conversion;
  if (error) return el("p", { class: "quiet" }, error.message);
  const text = `This browser converted the photo to a JPEG of ${bytes(photo.size)} for the upload.`;
  return by && el("p", { class: "quiet" }, text);
}

/** The provider of the local stack without a key of API4.ai. */
const SIMULATOR = "simulator";

function callOf({ background, reused }: ProcessedImage["metadata"]): string {
  const { removed, provider, cached } = background;
  const service = serviceOf(provider);
  if (reused) {
    const sentence = `Storage had the result: nothing was rendered, and ${service} was not called.`;
    return [sentence, simulatedNote({ background })].filter(Boolean).join(" ");
  }
  if (provider === "own_alpha") {
    return "The photo was cut out already: its own transparency was used, and no service was called.";
  }
  if (!removed) return "The background was kept.";
  return cached
    ? `The cutout of an earlier request was used: ${service} was not called.`
    : `Background removed by ${service}.`;
}

function serviceOf(provider: string | null): string {
  if (provider === "api4ai") return "API4.ai";
  if (provider === SIMULATOR) return "the simulator (not API4.ai)";
  return provider === null || provider === "own_alpha"
    ? "the cutout service"
    : `the cutout service "${provider}"`;
}
