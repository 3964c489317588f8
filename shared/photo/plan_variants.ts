import type { RenderPlan } from "../image/pipeline.ts";
import { planVariant } from "../image/plan.ts";
import type { Size } from "../image/raster.ts";
import { backgroundColor, type ProcessOptions } from "./options.ts";

/**
 * Plans the content and the encoding of a photo's variants.
 *
 * @param options The caller's options.
 * @param crop The crop's size.
 * @param isCutOut Whether the background was removed: `auto` draws the shadow only then.
 * @returns The plans, the largest first: the engine compiles hot code in the background, and the later variants run it.
 */
export function planVariants(
  options: ProcessOptions,
  crop: Size,
  isCutOut: boolean,
): RenderPlan[] {
  const { fit, format, quality, shadow: wanted } = options;
  const shadow = wanted === "drop" || (wanted === "auto" && isCutOut);
  const background = backgroundColor(options);
  return options.variants
    .map((name) => ({
      ...planVariant(name, crop, fit, shadow),
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
