/** Settings for downscaling a photo before its upload. */
export interface DownscaleOptions {
  /** Longer side of the result in pixels; smaller photos stay unchanged. The function itself works at 2048. */
  longSide: number;
  /** Quality of the JPEG, above 0 and up to 1. @default 0.9 */
  quality?: number;
}

/** Default of {@linkcode DownscaleOptions.quality}. */
export const DOWNSCALE_QUALITY = 0.9;

/** Checks the bounds of a new size and quality. @throws {TypeError} If one is out of range. */
export function checkSize(
  name: string,
  longSide: number,
  quality: number,
): void {
  if (longSide >= 1 && quality > 0 && quality <= 1) return;
  throw new TypeError(
    `Expected ${name}.longSide of 1 or more, and quality from 0 to 1.`,
  );
}
