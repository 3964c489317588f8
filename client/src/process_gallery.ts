import type { Answered } from "./answered.ts";
import { checkPhoto, type Photo } from "./check_photo.ts";
import { type ProcessedImage, processImage, type ProcessImageOptions } from "./process_image.ts";
import { notify, type Progress } from "./progress.ts";
import type { SupabaseLike } from "./supabase_like.ts";

/** The outcome of one photo of a gallery. */
export type GalleryResult<P extends Photo = Photo> =
  & { photo: P }
  & Answered<ProcessedImage>;

/** Options of {@linkcode processGallery}. Those of {@linkcode processImage} apply to each photo. */
export interface GalleryOptions<P extends Photo = Photo>
  extends Omit<ProcessImageOptions, "onProgress" | "filename"> {
  /** Place of the first photo in the set of `vehicleId`; the others follow. @default 0 */
  position?: number;
  /** Number of photos in progress at a time, 1 or more. @default 3 */
  concurrency?: number;
  /** Called with the progress of each photo; `index` is its position in the list. */
  onProgress?: (index: number, photo: P, progress: Progress) => void;
  /** Called with each photo's outcome as soon as it is known. */
  onResult?: (index: number, result: GalleryResult<P>) => void;
}

/** The outcome of a gallery. */
export interface Gallery<P extends Photo = Photo> {
  /** In the order of the photos. */
  results: GalleryResult<P>[];
  succeeded: number;
  failed: number;
}

/**
 * Processes photos, several at a time. A failed photo does not stop the others. Once the signal is aborted, the remaining
 * photos end with `aborted`.
 *
 * @returns The outcome of each photo.
 * @throws {TypeError} If the list contains something else than photos, or an option is out of range.
 * @example
 * ```ts
 * const { results, failed } = await processGallery(supabase, [...input.files], {
 *   uploadToStorage: true,
 *   onProgress: (index, file, { stage }) => rows[index].textContent = `${file.name}: ${stage}`,
 * });
 * ```
 */
export async function processGallery<P extends Photo>(
  supabase: SupabaseLike,
  photos: readonly P[],
  options: GalleryOptions<P> = {},
): Promise<Gallery<P>> {
  photos.forEach(checkPhoto);
  const { concurrency = 3, onProgress, onResult, position = 0, ...each } = options;
  if (!(concurrency >= 1)) throw new TypeError("Expected concurrency of 1 or more.");
  const results = new Array<GalleryResult<P>>(photos.length);
  const rest = photos.entries();
  const lane = async () => {
    for (const [index, photo] of rest) {
      const answer = await processImage(supabase, photo, {
        ...each,
        position: each.vehicleId === undefined ? undefined : position + index,
        onProgress: onProgress && ((progress) => onProgress(index, photo, progress)),
      });
      results[index] = { photo, ...answer };
      notify(onResult, index, results[index]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, photos.length) }, lane));
  const failed = results.filter(({ error }) => error !== null).length;
  return { results, succeeded: results.length - failed, failed };
}
