import { FRAME_SIZES } from "../../image/plan.ts";
import type { Size } from "../../image/raster.ts";
import { JOB_MS } from "../../isolate/cpu_costs.ts";
import { megapixels } from "../estimate_decode.ts";
import { type Backdrops, NO_BACKDROPS } from "../backdrop/backdrops.ts";
import type { ProcessOptions } from "../options.ts";
import { type Presets, STANDARD_PRESETS, variantOptions } from "./preset.ts";

/** Size of `processed` of an ordinary photo, in pixels. */
const USUAL_PROCESSED: Size = { width: 1_400, height: 800 };

/**
 * Estimates the CPU of a request's variants beyond that of the three standard ones, which every estimate contains, and of hiding
 * its plates.
 *
 * @param options The caller's options.
 * @param presets All presets.
 * @param backdrops The pictures of the backgrounds.
 * @returns Milliseconds in a fresh process; 0 for a request without presets, framings and hidden plates.
 */
export function extraVariantsMs(
  options: ProcessOptions,
  presets: Presets = STANDARD_PRESETS,
  backdrops: Backdrops = NO_BACKDROPS,
): number {
  const formats = new Set([options.format]);
  let sum = options.plate === "keep" ? 0 : JOB_MS.plates;
  for (const picture of backdrops.values()) sum += picture.leftMs;
  for (const name of options.variants) {
    const { format, framing, background } = variantOptions(name, options, presets);
    formats.add(format);
    if (typeof background !== "string") {
      const size = presets.get(name) ?? USUAL_PROCESSED;
      sum += JOB_MS.backdrop["studio" in background ? "studio" : "picture"] * megapixels(size);
    }
    const preset = presets.get(name);
    const beyond = preset
      ? megapixels(preset) - standardMegapixels(name)
      : framing === "none"
      ? 0
      : JOB_MS.framedMegapixels;
    sum += Math.max(0, beyond) * JOB_MS.variant[format];
  }
  return sum + (formats.size - 1) * JOB_MS.otherFormat;
}

/**
 * Checks whether a request's variants need ImageMagick: WebP has an engine of its own.
 *
 * @param options The caller's options.
 * @param presets All presets.
 * @param backdrops The pictures of the backgrounds.
 */
export function variantsNeedMagick(
  options: ProcessOptions,
  presets: Presets,
  backdrops: Backdrops,
): boolean {
  const isWebp = (name: string) => variantOptions(name, options, presets).format === "webp";
  return options.plate !== "keep" || backdrops.size > 0 || !options.variants.every(isWebp);
}

function standardMegapixels(name: string): number {
  const size = (FRAME_SIZES as Record<string, Size | undefined>)[name];
  return size === undefined || !Object.hasOwn(FRAME_SIZES, name) ? 0 : megapixels(size);
}
