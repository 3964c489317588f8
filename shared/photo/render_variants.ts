import type { PhotoHeader } from "../image/decode/inspect_photo.ts";
import { renderVariant } from "../image/pipeline.ts";
import type { Rect, Size } from "../image/raster.ts";
import type { CpuSlot } from "../isolate/cpu_slot.ts";
import { ok, type Result } from "../lib/result.ts";
import { decodeBackdrops, NO_BACKDROPS } from "./backdrop/backdrops.ts";
import type { FramedCrop } from "./crop_for.ts";
import { hidePlates } from "./hide_plates.ts";
import type { Photo } from "./photo.ts";
import type { PhotoJob } from "./photo_job.ts";
import { placeVariant } from "./place_variant.ts";
import { planVariants, withDetail } from "./plan_variants.ts";
import { detailedCrop } from "./presets/detailed_crop.ts";
import type { DetailPlan } from "./presets/plan_detail.ts";
import type { Presets } from "./presets/preset.ts";
import type { RenderedVariant } from "./processed_photo.ts";

/** A photo up to its crop. */
export interface CroppedPhoto {
  crop: FramedCrop;
  /** The working image's size. */
  working: Size;
  /** Whether the background was removed. */
  isCutOut: boolean;
  /** Whether the crop has the photo's own pixels. A remover that hides plates returns others. */
  hasOwnPixels: boolean;
  header: PhotoHeader;
  presets: Presets;
  detail: DetailPlan;
  /** The licence plates, in the working image's pixels. Rendering hides them, as the options ask for. */
  plates: readonly Rect[];
}

/**
 * Renders a photo's variants.
 *
 * @param job The photo's context; each variant is a step.
 * @param photo The photo with the settings of its request.
 * @param cropped The photo up to its crop.
 * @param slot The job's CPU slot.
 * @returns The variants, in the order of the request's; or `backdrop_invalid`.
 */
export async function renderVariants(
  job: PhotoJob,
  { bytes, options, backdrops = NO_BACKDROPS }: Photo,
  { crop, working, isCutOut, hasOwnPixels, header, presets, detail, plates }: CroppedPhoto,
  slot: CpuSlot,
): Promise<Result<RenderedVariant[]>> {
  const { image, box, car } = crop;
  const pictures = backdrops.size > 0
    ? await job.step("backdrop_decode", () => decodeBackdrops(backdrops))
    : ok(undefined);
  if (!pictures.ok) return pictures;
  await hidePlates(image, box, plates, options, pictures.value);
  const { wide, longSidePx } = detail;
  const larger = longSidePx !== undefined && hasOwnPixels
    ? await job.step(
      "detail_decode",
      () => detailedCrop(bytes, header, { image, box, working }, longSidePx, slot.step),
    )
    : null;
  if (larger) await hidePlates(larger, box, plates, options, pictures.value);
  const detailOf = (name: string) => larger && wide.includes(name) ? larger.width / image.width : 1;
  const variants: RenderedVariant[] = [];
  for (
    const plan of planVariants(options, image, isCutOut, {
      ...{ car, presets, detailOf },
      pictures: pictures.value,
    })
  ) {
    const { name, frame, format, isCarSmall } = plan;
    const isWide = wide.includes(name);
    const file = await job.step(
      name,
      () =>
        larger && isWide
          ? renderVariant(larger, withDetail(plan, image, larger))
          : renderVariant(image, plan),
    );
    const isEnlarged = isWide && !larger;
    const facts = { isCarSmall, isEnlarged, ...placeVariant(crop, plan, detailOf(name)) };
    variants.push({ name, ...frame, format, bytes: file.length, ...facts, file });
  }
  return ok(options.variants.map((name) => variants.find((one) => one.name === name)!));
}
