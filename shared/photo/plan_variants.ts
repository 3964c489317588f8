import type { RenderPlan } from "../image/pipeline.ts";
import type { Subject } from "../image/framing.ts";
import { planFramedVariant, planVariant } from "../image/plan.ts";
import type { Size } from "../image/raster.ts";
import { backgroundColor, type ProcessOptions } from "./options.ts";

/**
 * Plans the content and the encoding of a photo's variants.
 *
 * @param options The caller's options.
 * @param crop The crop's size.
 * @param isCutOut Whether the background was removed: `auto` draws the shadow only then.
 * @param subject The car in the crop, for a framing; without it, `fit` places the crop.
 * @returns The plans, the largest first: the engine compiles hot code in the background, and the later variants run it.
 */
export function planVariants(
  options: ProcessOptions,
  crop: Size,
  isCutOut: boolean,
  subject?: Subject,
): RenderPlan[] {
  const { fit, format, framing, quality, shadow: wanted } = options;
  const shadow = wanted === "drop" || (wanted === "auto" && isCutOut);
  const background = backgroundColor(options);
  return options.variants
    .map((name) => ({
      ...(subject && framing !== "none"
        ? planFramedVariant(name, crop, subject, framing)
        : planVariant(name, crop, fit, shadow)),
      shadow,
      background,
      format,
      quality,
    }))
    .toSorted((a, b) => area(b.frame) - area(a.frame));
}

function area({ width, height }: Size): number {
  return width * height;
}
