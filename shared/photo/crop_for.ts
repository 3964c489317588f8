import type { DecodedPhoto } from "../image/decode/decoded_photo.ts";
import { type Crop, cropSubject } from "../image/edit/crop_subject.ts";
import { findSubject } from "../image/edit/find_subject.ts";
import type { Subject } from "../image/framing.ts";
import type { ProcessOptions } from "./options.ts";
import type { RemovedBackground } from "./remove_background.ts";

/** A crop, with the car in it if a framing or a floor needs that. */
export interface FramedCrop extends Crop {
  car?: Subject;
}

/**
 * Crops a photo as the options ask for, and finds the car in the crop if a framing or a floor needs its place. Both apply
 * only if the background was removed.
 *
 * @param options The caller's options.
 * @param needsCar Whether a variant has a framing or a floor.
 * @param photo The decoded photo.
 * @param cutout The cutout, if the background was removed.
 */
export function cropFor(
  options: ProcessOptions,
  needsCar: boolean,
  photo: DecodedPhoto,
  cutout: RemovedBackground["cutout"],
): FramedCrop {
  const crop = cropSubject(photo, cutout, options);
  if (!needsCar || !cutout) return crop;
  return { ...crop, car: findSubject(crop.image, crop.box, photo.size) };
}
