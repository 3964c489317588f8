/** The processors of photos: this function's own pipeline, and the legacy service that it replaces. */
export const PROCESSORS = ["new", "legacy"] as const;

/** One of {@linkcode PROCESSORS}. */
export type Processor = typeof PROCESSORS[number];

/** The settings that choose the processor of a photo. */
export interface RolloutSettings {
  /** Percentage of photos for the new pipeline, 0 to 100. */
  percent: number;
  /** The switch: `false` sends every photo to the legacy service. */
  useNewPipeline: boolean;
  /**
   * Percentage of photos that the new pipeline also processes for comparison when the legacy service serves
   * them, 0 to 100.
   */
  shadowPercent: number;
}

/** The processors of one photo. */
export interface Route {
  first: Processor;
  /** The processor to use if the first one fails by its own fault; `null` for none. */
  second: Processor | null;
  /** Whether the new pipeline also processes the photo, for comparison only, if `first` serves it. */
  shadow: boolean;
}

/**
 * Chooses the processor of a photo. The choice depends on the photo's hash, so a retry takes the same route, and a
 * photo that the new pipeline gets stays there while the percentage rises.
 *
 * @param hash SHA-256 of the photo, in hexadecimal digits.
 * @param settings The rollout's settings.
 * @param forced The processor that the caller names; no other is used then.
 */
export function planRoute(
  hash: string,
  settings: RolloutSettings,
  forced: Processor | null,
): Route {
  if (forced) return { first: forced, second: null, shadow: false };
  const { percent, useNewPipeline, shadowPercent } = settings;
  if (useNewPipeline && placeOf(hash, 0) < percent) {
    return { first: "new", second: "legacy", shadow: false };
  }
  // The switch stops the new pipeline altogether, unless there is no other processor.
  const shadow = useNewPipeline && placeOf(hash, 1) < shadowPercent;
  return { first: "legacy", second: "new", shadow };
}

/** Maps a photo's hash to a place from 0 to below 100. Different words of the hash are independent of each other. */
function placeOf(hash: string, word: number): number {
  return parseInt(hash.slice(word * 8, word * 8 + 8), 16) / 2 ** 32 * 100;
}
