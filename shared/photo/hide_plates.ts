import type { Cutout } from "../background/cutout.ts";
import { alphaOf } from "../image/edit/bounds.ts";
import type { OwnCutout } from "../image/edit/crop_subject.ts";
import { hidePlate } from "../image/edit/hide_plate.ts";
import { mapRect } from "../image/map_rect.ts";
import { type Raster, type Rect, rectOf } from "../image/raster.ts";
import type { ProcessOptions } from "./options.ts";
import { plateCover, platePicture } from "./option_values.ts";
import { backdropKey } from "./backdrop/backdrop_store.ts";
import { PLATE_NOT_FOUND, type Warning } from "./warning.ts";

/**
 * Chooses the pixels of a photo whose plates are to be hidden: the photo's own, with the cutout's alpha as the mask, if the
 * plates are known. Otherwise those of the remover, which may have hidden a plate.
 *
 * @param cutout The cutout of a remover that hides plates.
 * @param plates The plates that it has found.
 * @param keepsPicture Whether the remover's picture is wanted for other reasons, such as its shadow.
 */
export function cutoutForPlates(
  cutout: Cutout | OwnCutout | undefined,
  plates: readonly Rect[],
  keepsPicture: boolean,
): Cutout | OwnCutout | undefined {
  if (cutout?.kind !== "image" || plates.length === 0 || keepsPicture) return cutout;
  return { kind: "mask", mask: alphaOf(cutout.image) };
}

/**
 * Hides a photo's licence plates in its crop, as the options ask for.
 *
 * @param image The crop, at any size; it is changed.
 * @param box The crop's place in the working image.
 * @param plates The plates, in the working image's pixels.
 * @param options The caller's options.
 * @param pictures The decoded pictures of the request, by their places.
 */
export async function hidePlates(
  image: Raster,
  box: Rect,
  plates: readonly Rect[],
  options: Pick<ProcessOptions, "plate">,
  pictures: ReadonlyMap<string, Raster> = new Map(),
): Promise<void> {
  if (plates.length === 0) return;
  const picture = platePicture(options);
  const cover = plateCover(options, picture && pictures.get(backdropKey(picture)));
  if (cover === null) return;
  for (const plate of plates) await hidePlate(image, mapRect(plate, box, rectOf(image)), cover);
}

/** Returns the warning about a photo in which no plate was found to be hidden; otherwise an empty list. */
export function warnOfPlate(
  plates: readonly Rect[],
  { plate }: Pick<ProcessOptions, "plate">,
): Warning[] {
  return plate === "keep" || plates.length > 0 ? [] : [PLATE_NOT_FOUND];
}
