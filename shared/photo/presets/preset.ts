import { FRAME_SIZES } from "../../image/plan.ts";
import type { ProcessOptions } from "../options.ts";

/** The options that a preset can fix for its variant. */
export const PRESET_OPTIONS = [
  "fit",
  "framing",
  "background",
  "shadow",
  "format",
  "quality",
] as const;

/** A variant of a fixed size. The options that it fixes replace the caller's. */
export interface Preset extends Partial<Pick<ProcessOptions, typeof PRESET_OPTIONS[number]>> {
  /** In pixels, 16 to 4096. */
  width: number;
  /** In pixels, 16 to 4096. */
  height: number;
}

/** The variants of a fixed size, by their names. `processed` is none of them: its size is the crop's. */
export type Presets = ReadonlyMap<string, Preset>;

/**
 * Ready-made presets for channels, whose rules `tests/photo/presets/channels_test.ts` holds. JPEG makes the background
 * opaque: white, unless the caller chooses another one.
 */
export const CHANNEL_PRESETS = {
  /** Google Vehicle Ads: 4:3, 800 x 600 recommended, no WebP, nothing over the picture. */
  google_vehicle_ads: { width: 800, height: 600, fit: "contain", format: "jpeg", quality: 90 },
  /** Facebook's automotive inventory, carousels: 1:1, 600 x 600. */
  facebook_square: { width: 600, height: 600, fit: "contain", format: "jpeg", quality: 90 },
  /** Facebook's automotive inventory, single pictures: 1.91:1. */
  facebook_wide: { width: 1200, height: 628, fit: "contain", format: "jpeg", quality: 90 },
} as const satisfies Record<string, Preset>;

/** The presets of a portal without settings of its own. */
export const STANDARD_PRESETS: Presets = new Map<string, Preset>([
  ...Object.entries(FRAME_SIZES),
  ...Object.entries(CHANNEL_PRESETS),
]);

/** A portal's own presets and defaults. */
export interface Looks {
  /** All presets: the standard ones, those of the portal, and the standard ones that it overrides. */
  presets: Presets;
  /** The portal's defaults, in the form that callers send. They apply to options that a request leaves out. */
  defaults: Readonly<Record<string, unknown>>;
}

/** The looks of a portal without settings of its own. */
export const STANDARD_LOOKS: Looks = { presets: STANDARD_PRESETS, defaults: {} };

/** Returns the names of all variants. */
export function variantNames(presets: Presets): string[] {
  return ["processed", ...presets.keys()];
}

/**
 * Returns the options of one variant: the preset's, and the caller's for the rest.
 *
 * @param name The variant.
 * @param options The caller's options.
 * @param presets All presets.
 */
export function variantOptions(
  name: string,
  options: ProcessOptions,
  presets: Presets,
): ProcessOptions {
  const { width: _, height: __, ...fixed } = presets.get(name) ?? { width: 0, height: 0 };
  return { ...options, ...fixed };
}
