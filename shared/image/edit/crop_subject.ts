import { applyMask } from "./apply_mask.ts";
import { ALPHA_THRESHOLD, alphaOf, boundsOfMask, darknessOf } from "./bounds.ts";
import { cutsFaintEdge } from "./cuts_faint_edge.ts";
import { decontaminate } from "./decontaminate.ts";
import type { DecodedPhoto } from "../decode/decode.ts";
import type { DecodedCutout } from "../decode/decode_cutout.ts";
import { type CropMode, pad } from "../plan.ts";
import { cut, type Raster, type Rect, wholeOf } from "../raster.ts";

/** How a photo is cropped. */
export interface CropOptions {
  /** `auto`: to the subject and the padding; `none`: the whole photo is kept, and the padding does nothing. */
  crop: CropMode;
  /** Pixels of the working size that are added on each side, 0 or more. */
  padding: number;
}

/** A cropped photo. */
export interface Crop {
  /** The crop, with the cutout as its alpha. */
  image: Raster;
  /** The crop may cut the subject: see {@linkcode cutsFaintEdge}. Always false where alpha shows the subject. */
  isUncertain: boolean;
}

/**
 * Cuts the subject out of a photo: its bounding box and the padding around it, clamped to the photo.
 *
 * The subject is what the cutout covers; without one, what the photo's own alpha covers; in a photo without alpha, what
 * is not white. A photo without any subject is taken whole.
 *
 * @param photo The decoded photo.
 * @param cutout Its cutout, of the photo's working size, if the background was removed.
 * @param options How it is cropped.
 */
export function cropSubject(
  photo: DecodedPhoto,
  cutout: DecodedCutout | undefined,
  { crop, padding }: CropOptions,
): Crop {
  const whole = wholeOf(photo.size);
  const boxOf = (bounds: Rect | null) => bounds ? pad(bounds, padding, whole) : whole;
  if (cutout?.kind === "mask" && !photo.hasAlpha) {
    const { mask } = cutout;
    const box = crop === "none" ? whole : boxOf(boundsOfMask(mask, ALPHA_THRESHOLD));
    const image = photo.read(box); // only the crop's pixels ever leave the engine
    decontaminate(image, applyMask(image, mask, box));
    return { image, isUncertain: false };
  }
  const image = cutout?.kind === "image" ? cutout.image : photo.read(whole);
  if (cutout?.kind === "mask") decontaminate(image, applyMask(image, cutout.mask, whole));
  if (crop === "none") return { image, isUncertain: false };
  const hasAlpha = cutout !== undefined || photo.hasAlpha;
  const bounds = boundsOfMask(hasAlpha ? alphaOf(image) : darknessOf(image), ALPHA_THRESHOLD);
  const isUncertain = !hasAlpha && bounds !== null && cutsFaintEdge(image, bounds, padding);
  return { image: cut(image, boxOf(bounds)), isUncertain };
}
