import type { Answered } from "./answered.ts";
import { checkPhoto, type Photo } from "./check_photo.ts";
import { type ProcessedImage, processImage, type ProcessImageOptions } from "./process_image.ts";
import { type Progress, tell } from "./progress.ts";
import type { SupabaseLike } from "./supabase_like.ts";

/** What came of a photo of a gallery. */
export type GalleryResult<P extends Photo = Photo> =
  & { photo: P }
  & Answered<ProcessedImage>;

/** What {@linkcode processGallery} takes. All but the name and the listeners is for each photo. */
export interface GalleryOptions<P extends Photo = Photo>
  extends Omit<ProcessImageOptions, "onProgress" | "filename"> {
  /** Photos at once, 1 or more. @default 3 */
  concurrency?: number;
  /** Hears how far each photo is, by its place in the list. */
  onProgress?: (index: number, photo: P, progress: Progress) => void;
  /** Hears what came of each photo as soon as it is known. */
  onResult?: (index: number, result: GalleryResult<P>) => void;
}

/** What came of a gallery. */
export interface Gallery<P extends Photo = Photo> {
  /** In the order of the photos. */
  results: GalleryResult<P>[];
  succeeded: number;
  failed: number;
}

/**
 * Has photos processed, some at a time. One that fails does not keep the others; once the signal is aborted, those that are left
 * end with `aborted`.
 *
 * @returns What came of each; it does not reject.
 * @throws {TypeError} For a list that holds something else than photos, or an option out of its range.
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
  const { concurrency = 3, onProgress, onResult, ...each } = options;
  if (!(concurrency >= 1)) throw new TypeError("Expected concurrency of 1 or more.");
  const results = new Array<GalleryResult<P>>(photos.length);
  const rest = photos.entries();
  const lane = async () => {
    for (const [index, photo] of rest) {
      const answer = await processImage(supabase, photo, {
        ...each,
        onProgress: onProgress && ((progress) => onProgress(index, photo, progress)),
      });
      results[index] = { photo, ...answer };
      tell(onResult, index, results[index]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, photos.length) }, lane));
  const failed = results.filter(({ error }) => error !== null).length;
  return { results, succeeded: results.length - failed, failed };
}
