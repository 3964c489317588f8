import type { Crop } from "../image/edit/crop_subject.ts";
import { clipRect, mapRect } from "../image/map_rect.ts";
import type { VariantPlan } from "../image/plan.ts";
import { rectOf } from "../image/raster.ts";
import type { Variant } from "./processed_photo.ts";

/**
 * Computes where a variant shows the crop and the car.
 *
 * @param crop The crop.
 * @param plan The variant's geometry.
 * @param detail Number of the photo's decoded pixels for one of the crop's, on each side.
 */
export function placeVariant(
  { image, subject }: Crop,
  { frame, source, target, scale }: VariantPlan,
  detail: number,
): Pick<Variant, "scale" | "crop" | "subject"> {
  return {
    scale: Math.round((scale / detail) * 1_000) / 1_000,
    crop: mapRect(rectOf(image), source, target),
    subject: subject && clipRect(mapRect(subject, source, target), frame),
  };
}
