import type { PhotoHeader } from "../../image/decode/inspect_photo.ts";
import { decodePhoto } from "../../image/decode/decode.ts";
import { resample } from "../../image/edit/resample.ts";
import { takeDetail } from "../../image/edit/take_detail.ts";
import type { Raster, Rect, Size } from "../../image/raster.ts";

/** A crop of the working image. */
export interface WorkingCrop {
  image: Raster;
  /** Its place in the working image. */
  box: Rect;
  /** The working image's size. */
  working: Size;
}

/**
 * Makes a crop with more of the photo's own pixels, for variants that are wider than the working image.
 *
 * The outline and the soft edge are those of the crop, enlarged; within it are the pixels of a larger decode.
 *
 * @param bytes The encoded photo.
 * @param header The photo's header.
 * @param crop The crop of the working image.
 * @param longSidePx Target for the longer side of the decode, in pixels.
 * @param step Counts the engine's steps, and returns whether to go on.
 * @returns The larger crop; `null` if the decode was stopped.
 */
export async function detailedCrop(
  bytes: Uint8Array,
  header: PhotoHeader,
  { image, box, working }: WorkingCrop,
  longSidePx: number,
  step: () => boolean,
): Promise<Raster | null> {
  const decoded = await decodePhoto(bytes, header, longSidePx, step);
  if (!decoded.ok) return null;
  using photo = decoded.value;
  const [across, down] = [photo.size.width / working.width, photo.size.height / working.height];
  const x = Math.min(Math.round(box.x * across), photo.size.width - 1);
  const y = Math.min(Math.round(box.y * down), photo.size.height - 1);
  const detail = photo.read({
    ...{ x, y },
    width: Math.max(1, Math.min(Math.round(box.width * across), photo.size.width - x)),
    height: Math.max(1, Math.min(Math.round(box.height * down), photo.size.height - y)),
  });
  return takeDetail(resample(image, detail), detail);
}
