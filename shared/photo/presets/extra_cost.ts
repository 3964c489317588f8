import { FRAME_SIZES } from "../../image/plan.ts";
import type { Size } from "../../image/raster.ts";
import { JOB_MS } from "../../isolate/cpu_costs.ts";
import { megapixels } from "../estimate_decode.ts";
import type { ProcessOptions } from "../options.ts";
import { type Presets, STANDARD_PRESETS, variantOptions } from "./preset.ts";

/**
 * Estimates the CPU of a request's variants beyond that of the three standard ones, which every estimate contains.
 *
 * @param options The caller's options.
 * @param presets All presets.
 * @returns Milliseconds in a fresh process; 0 for a request without presets and framings.
 */
export function extraVariantsMs(
  options: ProcessOptions,
  presets: Presets = STANDARD_PRESETS,
): number {
  const formats = new Set([options.format]);
  let sum = 0;
  for (const name of options.variants) {
    const { format, framing } = variantOptions(name, options, presets);
    formats.add(format);
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

function standardMegapixels(name: string): number {
  const size = (FRAME_SIZES as Record<string, Size | undefined>)[name];
  return size === undefined || !Object.hasOwn(FRAME_SIZES, name) ? 0 : megapixels(size);
}
