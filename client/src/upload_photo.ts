import { type Answered, answered } from "./answered.ts";
import { checkBlob } from "./check_photo.ts";
import type { DownscaleOptions } from "./downscale.ts";
import { preparePhoto } from "./prepare_photo.ts";
import { type OnProgress, tell } from "./progress.ts";
import type { Retry, RetryOptions } from "./retrying.ts";
import { SOURCE_BUCKET, storePhoto } from "./store_photo.ts";
import type { SupabaseLike } from "./supabase_like.ts";
import type { StoragePath } from "./types.ts";

/** How photos are uploaded. */
export interface UploadOptions {
  /** Photos up to so many bytes go to the function as they are, larger ones to Storage first. @default 6000000 */
  directBytes?: number;
  /** The bucket for them; one of the function's `SOURCE_BUCKETS`. @default "car-originals" */
  bucket?: string;
  /** Has photos made smaller first, where there is a canvas for it. */
  downscale?: DownscaleOptions;
}

/** What {@linkcode uploadPhoto} takes. */
export interface UploadPhotoOptions extends Omit<UploadOptions, "directBytes"> {
  /** Ends the upload; the next one of the same photo goes on where it was. */
  signal?: AbortSignal;
  onProgress?: OnProgress;
  retry?: RetryOptions;
}

/**
 * Uploads a photo to Storage: in parts, going on where a failure, or a reload of the page, broke it off. A photo that is there already
 * is not sent again.
 *
 * @returns Where it lies: what {@linkcode processImage} and {@linkcode createBatch} take.
 * @throws {TypeError} For what is no photo, no client, or an option out of its range.
 * @example
 * ```ts
 * const { data, error } = await uploadPhoto(supabase, file, {
 *   onProgress: ({ uploadedBytes, totalBytes }) => bar.value = (uploadedBytes ?? 0) / (totalBytes ?? 1),
 * });
 * ```
 */
export async function uploadPhoto(
  supabase: SupabaseLike,
  photo: Blob,
  options: UploadPhotoOptions = {},
): Promise<Answered<StoragePath>> {
  checkBlob(photo);
  const { signal, onProgress, retry, bucket = SOURCE_BUCKET } = options;
  return await answered(signal, async () => {
    tell(onProgress, { stage: "preparing" });
    const prepared = await preparePhoto(photo, options.downscale);
    const target = await storePhoto(supabase, prepared, bucket, {
      ...retry,
      signal,
      ...uploadProgress(prepared.blob.size, onProgress),
    });
    tell(onProgress, { stage: "done" });
    return target;
  });
}

/** What tells a listener how an upload goes. */
export function uploadProgress(totalBytes: number, onProgress: OnProgress | undefined) {
  return onProgress && {
    onSent: (uploadedBytes: number) =>
      tell(onProgress, { stage: "uploading", uploadedBytes, totalBytes }),
    onRetry: (retry: Retry) => tell(onProgress, { stage: "retrying", ...retry }),
  };
}
