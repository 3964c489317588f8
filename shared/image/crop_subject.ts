import { applyMask } from "./apply_mask.ts";
import { ALPHA_THRESHOLD, alphaOf, boundsOfMask, darknessOf } from "./bounds.ts";
import { decontaminate } from "./decontaminate.ts";
import type { DecodedPhoto } from "./decode.ts";
import type { DecodedCutout } from "./decode_cutout.ts";
import { pad } from "./plan.ts";
import { cut, type Raster, wholeOf } from "./raster.ts";

/**
 * Cuts the subject out of a photo: its bounding box and the padding around it, clamped to the photo.
 *
 * The subject is what the cutout covers; without one, what the photo's own alpha covers; in a photo without alpha, what
 * is not white. A photo without any subject is taken whole.
 *
 * @param photo The decoded photo.
 * @param cutout Its cutout, of the photo's working size, if the background was removed.
 * @param paddingPx Pixels of the working size added on each side.
 * @returns The crop, with the cutout as its alpha.
 */
export function cropSubject(
  photo: DecodedPhoto,
  cutout: DecodedCutout | undefined,
  paddingPx: number,
): Raster {
  const whole = wholeOf(photo.size);
  if (cutout?.kind === "mask" && !photo.hasAlpha) {
    const bounds = boundsOfMask(cutout.mask, ALPHA_THRESHOLD) ?? whole;
    const box = pad(bounds, paddingPx, whole);
    const crop = photo.read(box); // only the crop's pixels ever leave the engine
    decontaminate(crop, applyMask(crop, cutout.mask, box));
    return crop;
  }
  const image = cutout?.kind === "image" ? cutout.image : photo.read(whole);
  if (cutout?.kind === "mask") decontaminate(image, applyMask(image, cutout.mask, whole));
  const subject = cutout || photo.hasAlpha ? alphaOf(image) : darknessOf(image);
  return cut(image, pad(boundsOfMask(subject, ALPHA_THRESHOLD) ?? whole, paddingPx, whole));
}
