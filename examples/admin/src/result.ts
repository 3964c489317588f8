import type { ProcessedImage } from "@process-image/client";
import { createComparison } from "./comparison.ts";
import { el, fill } from "./dom.ts";
import { createGrounds } from "./grounds.ts";
import { createCallNote, createConversionNote, createWarnings } from "./outcome_notes.ts";
import { createRequestId } from "./problem.ts";
import { createQualityBadges } from "./quality_badges.ts";
import { createTimingsChart } from "./timings_chart.ts";
import { createDownloads, createRealSizes, loadVariants } from "./variants.ts";

/** The outcome of a photo. */
export interface Result {
  element: HTMLElement;
  /** Revokes the images' object URLs. */
  dispose(): void;
}

/**
 * Shows a processed photo: before and after, the variants, the timings, the notes.
 *
 * @param photo The photo before, as a file that the browser can show if there is one.
 * @param onRetry Processes the photo again.
 * @param signal Ends the loading of the variants.
 */
export async function createResult(
  reply: ProcessedImage,
  photo: Blob,
  onRetry: () => void,
  signal: AbortSignal,
): Promise<Result> {
  const warnings = [createQualityBadges(reply), ...createWarnings(reply, onRetry)];
  const note = createCallNote(reply);
  const conversion = createConversionNote(reply);
  const id = createRequestId(reply.request_id);
  const timings = createTimingsChart(reply.metadata.timings_ms);
  const variants = await loadVariants(reply, signal).catch((error: Error) => error);
  if (variants instanceof Error) {
    const text = `The photo is stored, but its variants cannot be shown: ${variants.message}`;
    const element = el(
      "div",
      { class: "result-main" },
      ...warnings,
      el("p", {}, text),
      note,
      conversion,
      id,
    );
    return { element, dispose: () => {} };
  }
  const master = variants.find(({ name }) => name === "processed");
  const [width, height] = reply.metadata.original_size;
  const comparison = master && createComparison(
    photo,
    master,
    [width, height],
    reply.metadata.crop,
  );
  const name = reply.metadata.filename ?? "photo";
  const element = el("div", { class: "result" });
  fill(
    element,
    ...warnings,
    el(
      "div",
      { class: "result-main" },
      comparison?.element,
      createGrounds(element),
      note,
      conversion,
      id,
    ),
    el("div", { class: "result-side" }, createDownloads(variants, name), timings),
    createRealSizes(variants),
  );
  return {
    element,
    dispose: () => {
      comparison?.dispose();
      for (const { url } of variants) URL.revokeObjectURL(url);
    },
  };
}
