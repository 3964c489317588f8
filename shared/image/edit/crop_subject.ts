import { applyMask } from "./apply_mask.ts";
import { ALPHA_THRESHOLD, alphaOf, boundsOfMask, darknessOf, SUBJECT_THRESHOLD } from "./bounds.ts";
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
  /**
   * The subject's bounding box in the crop: the pixels that are more than half covered, or, in an opaque photo, those that
   * are not white. `null` if it is unknown: nothing is covered, the subject of an opaque photo fills the photo, or such a
   * photo is kept whole.
   */
  subject: Rect | null;
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
    return { image, box, subject: within(box, subjectOf(mask)), isUncertain: false };
  }
  const image = cutout?.kind === "image" ? cutout.image : photo.read(frame);
  if (cutout?.kind === "mask") decontaminate(image, applyMask(image, cutout.mask, frame));
  const hasAlpha = cutout !== undefined || photo.hasAlpha;
  if (crop === "none" && !hasAlpha) return { image, box: frame, subject: null, isUncertain: false };
  const mask = hasAlpha ? alphaOf(image) : darknessOf(image);
  const bounds = boundsOfMask(mask, ALPHA_THRESHOLD);
  const box = crop === "none" ? frame : boxOf(bounds);
  const fills = bounds?.width === frame.width && bounds.height === frame.height;
  return {
    image: box === frame ? image : cut(image, box),
    box,
    subject: !hasAlpha && fills ? null : within(box, subjectOf(mask)),
    isUncertain: !hasAlpha && bounds !== null && cutsFaintEdge(image, bounds, padding),
  };
}

/** Returns the box of a mask's subject, also of one that is faint everywhere. */
function subjectOf(mask: Mask): Rect | null {
  return boundsOfMask(mask, SUBJECT_THRESHOLD) ?? boundsOfMask(mask, ALPHA_THRESHOLD);
}

function within({ x, y }: Rect, subject: Rect | null): Rect | null {
  return subject && { ...subject, x: subject.x - x, y: subject.y - y };
}
