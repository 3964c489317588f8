import {
  AlphaAction,
  MagickError,
  MagickFormat,
  MagickGeometry,
  MagickImage,
  MagickReadSettings,
  type Orientation,
} from "@imagemagick/magick-wasm";
import { withMagick } from "../engine/magick.ts";
import type { DecodedPhoto } from "./decoded_photo.ts";
import { MagickPhoto } from "./magick_photo.ts";
import type { WorkingPart } from "./working_part.ts";

/**
 * Joins the parts of a working image, from top to bottom, and turns it upright.
 *
 * @param parts All parts, which {@linkcode fitTogether}.
 * @returns The working image, which the caller disposes of.
 * @throws {AppError} `engine_failed`, if the engine crashes
 */
export function joinParts(parts: readonly WorkingPart[]): Promise<DecodedPhoto> {
  return withMagick((engine) => {
    const [{ rows: { width, channels }, originalSize, orientation }] = parts;
    const height = parts.reduce((sum, { rows }) => sum + rows.height, 0);
    const image = MagickImage.create();
    try {
      // One pixel that is enlarged to the canvas: the engine may not make one by itself (`magick_policy.ts`).
      const one = { width: 1, height: 1, format: MagickFormat.Rgba, depth: 8 };
      image.read(new Uint8Array([0, 0, 0, 255]), new MagickReadSettings(one));
      if (channels === 3) image.alpha(AlphaAction.Off);
      image.extent(new MagickGeometry(width, height));
      image.resetPage();
      let y = 0;
      for (const { rows } of parts) {
        image.getPixels((pixels) => pixels.setArea(0, y, width, rows.height, rows.data));
        y += rows.height;
      }
      image.orientation = orientation as Orientation;
      image.autoOrient();
      image.strip();
      return new MagickPhoto(image, engine, {
        originalSize,
        damaged: parts.some(({ damaged }) => damaged),
        endMissing: parts.some(({ endMissing }) => endMissing),
        profileIgnored: parts.some(({ profileIgnored }) => profileIgnored),
      });
    } catch (error) {
      if (error instanceof MagickError) image.dispose();
      throw error;
    }
  });
}

/** Checks whether the rows of parts have the same width and channels. */
export function fitTogether(parts: readonly WorkingPart[]): boolean {
  const [{ rows: first }] = parts;
  return parts.every(({ rows }) => rows.width === first.width && rows.channels === first.channels);
}
