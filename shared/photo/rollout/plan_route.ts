/** Who may process a photo: this function's own pipeline, or the service that it replaces. */
export const PROCESSORS = ["new", "legacy"] as const;

/** One of {@linkcode PROCESSORS}. */
export type Processor = typeof PROCESSORS[number];

/** What decides who processes a photo. */
export interface RolloutSettings {
  /** Share of the photos that the new pipeline gets, 0 to 100. */
  percent: number;
  /** The switch: `false` sends every photo to the legacy service. */
  useNewPipeline: boolean;
  /** Share of the photos served by the legacy service that the new pipeline processes as well, 0 to 100. */
  shadowPercent: number;
}

/** Who is asked for a photo. */
export interface Route {
  first: Processor;
  /** Who is asked if the first fails by a fault of its own; `null`: nobody. */
  second: Processor | null;
  /** Whether the new pipeline processes it as well, for comparison only, if `first` serves it. */
  shadow: boolean;
}

/**
 * Decides who processes a photo. The same photo has the same place in every percentage: once it is new, it stays new
 * while the percentage rises, and a retry meets the same path.
 *
 * @param hash SHA-256 of the photo, in hexadecimal digits.
 * @param settings The rollout's settings.
 * @param forced Who was asked for by name: that one alone answers.
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
  // The switch stops the new pipeline altogether, unless nobody else answers.
  const shadow = useNewPipeline && placeOf(hash, 1) < shadowPercent;
  return { first: "legacy", second: "new", shadow };
}

/** A photo's place among all photos, from 0 to below 100; different words of the hash are independent of each other. */
function placeOf(hash: string, word: number): number {
  return parseInt(hash.slice(word * 8, word * 8 + 8), 16) / 2 ** 32 * 100;
}
