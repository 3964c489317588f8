import { AppError } from "../errors.ts";
import type { OutputFormat } from "../image/image_format.ts";
import type { PhotoHeader } from "../image/decode/inspect_photo.ts";
import type { CropMode } from "../image/plan.ts";
import { fillsMemory } from "./decode_memory.ts";
import { estimateRequestMs, largestThatFits } from "./estimate_cpu.ts";
import { fitsRelay, relayHasCpu } from "./relay/relay_plan.ts";
import { CPU_SHARE } from "../isolate/cpu_costs.ts";

/**
 * The decoder holds all of a multi-scan JPEG until the last scan, independent of the output size. This is the
 * largest one that fits into an isolate beside everything else.
 */
const MAX_COEFFICIENT_BYTES = 120e6;

/**
 * Checks from the header whether a photo can be processed within a CPU budget. An early rejection replaces the
 * platform's meaningless error, which the caller gets when the host kills the isolate halfway.
 *
 * @param header The photo's header.
 * @param output The type of the variants.
 * @param budgetMs CPU that the process may spend, in milliseconds; 0 = no limit.
 * @param crop The crop mode.
 * @param hasRelay Whether several isolates may share a photo ({@linkcode findRelay}): `details` then say what they can do.
 * @param extraMs CPU of the presets, in milliseconds.
 * @returns `null` if the photo fits into one isolate; otherwise `image_too_costly`, which says what would fit.
 */
export function checkCpuBudget(
  header: PhotoHeader,
  output: OutputFormat,
  budgetMs: number,
  crop: CropMode = "auto",
  hasRelay = false,
  extraMs = 0,
): AppError | null {
  const { format, width, height, coefficientBytes = 0 } = header;
  const safeMs = budgetMs * CPU_SHARE.photo;
  const estimatedMs = Math.round(estimateRequestMs(header, output, crop, extraMs));
  const pixels = width * height / 1e6;
  const relayed = { output, crop, budgetMs, extraMs };
  const fits = (one: PhotoHeader) =>
    (!fillsMemory(one) && estimateRequestMs(one, output, crop, extraMs) <= safeMs) ||
    (hasRelay && fitsRelay(one, relayed));
  if (budgetMs > 0 && header.load?.unusual) {
    const advice = format === "jpeg" ? "Save it as a new JPEG." : "Convert it to JPEG.";
    return new AppError(
      "image_too_costly",
      `The ${format} is ${header.load.unusual}: the cost of decoding it cannot be estimated. ${advice}`,
      { details: { format, unusual: header.load.unusual } },
    );
  }
  if (budgetMs > 0 && coefficientBytes > MAX_COEFFICIENT_BYTES) {
    return new AppError(
      "image_too_costly",
      `A progressive jpeg of ${
        tenths(pixels)
      } megapixels takes more memory than there is. Save it as a baseline JPEG.`,
      { details: { format, megapixels: tenths(pixels), progressive: true } },
    );
  }
  if (budgetMs === 0 || (estimatedMs <= safeMs && !fillsMemory(header))) return null;
  const maxMegapixels = tenths(largestThatFits(header, fits));
  const advice = maxMegapixels === 0
    ? extraMs > 0
      ? "Send fewer or smaller variants, or raise CPU_BUDGET_MS."
      : "Raise CPU_BUDGET_MS."
    : format === "jpeg"
    ? `Send at most ${maxMegapixels} megapixels.`
    : `Convert it to JPEG, or send at most ${maxMegapixels} megapixels.`;
  const isMemory = estimatedMs <= safeMs || (hasRelay && relayHasCpu(header, relayed));
  const need = !isMemory
    ? `about ${estimatedMs} ms of CPU, more than the available ${budgetMs} ms`
    : "more memory than there is";
  return new AppError(
    "image_too_costly",
    `A ${format} of ${tenths(pixels)} megapixels takes ${need}. ${advice}`,
    {
      details: {
        format,
        megapixels: tenths(pixels),
        max_megapixels: maxMegapixels,
        estimated_ms: estimatedMs,
        budget_ms: budgetMs,
      },
    },
  );
}

function tenths(value: number): number {
  return Math.floor(value * 10) / 10;
}
