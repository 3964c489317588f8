import { applyMask } from "./apply_mask.ts";
import { ALPHA_THRESHOLD, alphaOf, boundsOfMask, darknessOf } from "./bounds.ts";
import { cutsFaintEdge } from "./cuts_faint_edge.ts";
import { decontaminate, softEdge } from "./decontaminate.ts";
import type { DecodedPhoto } from "../decode/decoded_photo.ts";
import type { DecodedCutout } from "../decode/decode_cutout.ts";
import { type CropMode, pad } from "../plan.ts";
import { cut, type Mask, type Raster, type Rect, rectOf } from "../raster.ts";

/** Options of a crop. */
export interface CropOptions {
  /** `auto` crops to the subject plus padding; `none` keeps the whole photo and ignores the padding. */
  crop: CropMode;
  /** Pixels of the working image to add on each side, 0 or more. */
  padding: number;
}

/** The photo's own alpha as its cutout: the photo's pixels already contain it. */
export interface OwnCutout {
  kind: "own";
  /** The alpha channel, in the size of the working image. */
  mask: Mask;
}

/** A cropped photo. */
export interface Crop {
  /** The crop, with the cutout as its alpha. */
  image: Raster;
  /** The crop's place in the working image. */
  box: Rect;
  /** True if the crop may cut the subject, see {@linkcode cutsFaintEdge}. Always false if alpha defines the subject. */
  isUncertain: boolean;
}

/**
 * Cuts the subject out of a photo: its bounding box plus padding, clamped to the photo.
 *
 * The cutout's alpha defines the subject. Without a cutout the photo's own alpha does; in an opaque photo, the pixels
 * that are not white do. A photo without a subject is kept whole.
 *
 * @param photo The decoded photo.
 * @param cutout The cutout, in the size of the working image, if the background was removed.
 * @param options The crop mode and padding.
 */
export function cropSubject(
  photo: DecodedPhoto,
  cutout: DecodedCutout | OwnCutout | undefined,
  { crop, padding }: CropOptions,
): Crop {
  const frame = rectOf(photo.size);
  const boxOf = (bounds: Rect | null) => bounds ? pad(bounds, padding, frame) : frame;
  if (cutout?.kind === "own" || (cutout?.kind === "mask" && !photo.hasAlpha)) {
    const { kind, mask } = cutout;
    const box = crop === "none" ? frame : boxOf(boundsOfMask(mask, ALPHA_THRESHOLD));
    const image = photo.read(box); // only the crop's pixels ever leave the engine
    decontaminate(image, kind === "own" ? softEdge(image) : applyMask(image, mask, box));
    return { image, box, isUncertain: false };
  }
  const image = cutout?.kind === "image" ? cutout.image : photo.read(frame);
  if (cutout?.kind === "mask") decontaminate(image, applyMask(image, cutout.mask, frame));
  if (crop === "none") return { image, box: frame, isUncertain: false };
  const hasAlpha = cutout !== undefined || photo.hasAlpha;
  const bounds = boundsOfMask(hasAlpha ? alphaOf(image) : darknessOf(image), ALPHA_THRESHOLD);
  const isUncertain = !hasAlpha && bounds !== null && cutsFaintEdge(image, bounds, padding);
  const box = boxOf(bounds);
  return { image: cut(image, box), box, isUncertain };
}
