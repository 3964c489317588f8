import type { FloorLook } from "../image/edit/floor/draw_floor.ts";
import { MAX_ENLARGEMENT, type Subject } from "../image/framing.ts";
import type { Backdrop, RenderPlan } from "../image/pipeline.ts";
import { planFramedVariant, planVariant } from "../image/plan.ts";
import type { Raster, Size } from "../image/raster.ts";
import { pictureOf } from "./backdrop/backdrops.ts";
import type { Background, ProcessOptions } from "./options.ts";
import { backgroundColor, studioOf } from "./option_values.ts";
import { type Presets, STANDARD_PRESETS, variantOptions } from "./presets/preset.ts";

/** Facts about a photo and its portal that plans depend on. */
export interface PlanFacts {
  /** The car in the crop, for framings and floors; without it, `fit` places the crop, and there is no floor. */
  car?: Subject;
  /** All presets. @default {@linkcode STANDARD_PRESETS} */
  presets?: Presets;
  /** Returns how many pixels the photo has for one of the crop's, on each side, for a variant. @default 1 */
  detailOf?: (name: string) => number;
  /** The decoded pictures of the backgrounds, by their places. @default none */
  pictures?: ReadonlyMap<string, Raster>;
}

/**
 * Plans the content and the encoding of a photo's variants.
 *
 * @param options The caller's options.
 * @param crop The crop's size.
 * @param isCutOut Whether the background was removed: `auto` draws the shadow only then.
 * @param facts Facts about the photo and its portal.
 * @returns The plans, the largest first: the engine compiles hot code in the background, and the later variants run it.
 */
export function planVariants(
  options: ProcessOptions,
  crop: Size,
  isCutOut: boolean,
  { car, presets = STANDARD_PRESETS, detailOf = () => 1, pictures = new Map() }: PlanFacts = {},
): RenderPlan[] {
  return options.variants
    .map((name) => {
      const own = variantOptions(name, options, presets);
      const { fit, format, framing, quality, shadow: wanted } = own;
      const shadow = wanted === "drop" || (wanted === "auto" && isCutOut);
      const floor = isCutOut && car && !car.cut.bottom ? floorOf(own) : undefined;
      const frame = sizeOf(name, presets);
      const bound = MAX_ENLARGEMENT * detailOf(name);
      return {
        ...(car && framing !== "none"
          ? planFramedVariant(name, crop, car, framing, frame, bound)
          : planVariant(name, crop, fit, shadow || floor !== undefined, frame)),
        shadow,
        shadowOpacity: own.shadow_strength / 100,
        floor,
        background: backgroundColor(own),
        backdrop: backdropOf(own.background, pictures),
        format,
        quality,
      };
    })
    .toSorted((a, b) => area(b.frame) - area(a.frame));
}

function backdropOf(
  background: Background,
  pictures: ReadonlyMap<string, Raster>,
): Backdrop | undefined {
  if (typeof background === "string") return undefined;
  if ("studio" in background) return { studio: studioOf(background.studio) };
  const picture = pictureOf(background, pictures);
  return picture && { picture };
}

/**
 * Adapts a plan to a crop that has more pixels.
 *
 * @param plan A plan for the crop.
 * @param crop The crop's size.
 * @param larger The size of the same crop with more pixels.
 */
export function withDetail(plan: RenderPlan, crop: Size, larger: Size): RenderPlan {
  const { x, y, width, height } = plan.source;
  const [left, across] = span(x, width, crop.width, larger.width);
  const [top, down] = span(y, height, crop.height, larger.height);
  return { ...plan, source: { x: left, y: top, width: across, height: down } };
}

function span(from: number, length: number, all: number, larger: number): [number, number] {
  const start = Math.min(Math.round((from / all) * larger), larger - 1);
  return [start, Math.max(1, Math.round(((from + length) / all) * larger) - start)];
}

/** Returns a variant's fixed size; `processed` has none. */
function sizeOf(name: string, presets: Presets): Size | undefined {
  const preset = presets.get(name);
  return preset && { width: preset.width, height: preset.height };
}

/** Whether the options ask for a floor. */
export function asksForFloor({ shadow, reflection }: ProcessOptions): boolean {
  return shadow === "ground" || reflection > 0;
}

function floorOf(options: ProcessOptions): FloorLook | undefined {
  const { shadow, shadow_strength: strength, reflection } = options;
  if (!asksForFloor(options)) return undefined;
  return { shadow: shadow === "ground" ? strength : 0, reflection };
}

function area({ width, height }: Size): number {
  return width * height;
}
