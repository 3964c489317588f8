import type { DecodedPhoto } from "../image/decode/decoded_photo.ts";
import { type Crop, cropSubject } from "../image/edit/crop_subject.ts";
import { findSubject } from "../image/edit/find_subject.ts";
import type { Subject } from "../image/framing.ts";
import type { ProcessOptions } from "./options.ts";
import type { RemovedBackground } from "./remove_background.ts";

/** A crop, with the car in it if a framing needs that. */
export interface FramedCrop extends Crop {
  car?: Subject;
}

/**
 * Crops a photo as the options ask for. A framing places the car itself, so that it needs neither padding nor the whole
 * picture; it applies only if the background was removed.
 *
 * @param options The caller's options.
 * @param photo The decoded photo.
 * @param cutout The cutout, if the background was removed.
 */
export function cropFor(
  options: ProcessOptions,
  photo: DecodedPhoto,
  cutout: RemovedBackground["cutout"],
): FramedCrop {
  if (options.framing === "none" || !cutout) return cropSubject(photo, cutout, options);
  const crop = cropSubject(photo, cutout, { crop: "auto", padding: 0 });
  return { ...crop, car: findSubject(crop.image, crop.box, photo.size) };
}
