import { type Answered, answered } from "./answered.ts";
import { checkBlob } from "./check_photo.ts";
import type { ConvertOptions } from "./convert_options.ts";
import type { DownscaleOptions } from "./downscale.ts";
import { preparePhoto } from "./prepare_photo.ts";
import { notify, notifyConversion, type OnProgress } from "./progress.ts";
import type { Retry, RetryOptions } from "./retrying.ts";
import { SOURCE_BUCKET, storePhoto } from "./store_photo.ts";
import type { SupabaseLike } from "./supabase_like.ts";
import type { StoragePath } from "./types.ts";

/** Options of uploads. */
export interface UploadOptions {
  /** Largest photo, in bytes, that goes directly to the function; larger ones go to Storage first. @default 6000000 */
  directBytes?: number;
  /** Bucket of the originals; one of the function's `SOURCE_BUCKETS`. @default "car-originals" */
  bucket?: string;
  /** Downscales photos first, if there is a canvas. A photo with transparent pixels becomes a PNG, any other one a JPEG. */
  downscale?: DownscaleOptions;
  /**
   * Conversion of photos to JPEG before the upload: HEIC, AVIF and TIFF if the browser decodes them, and HEIC elsewhere with
   * `heicDecoder`. A photo that cannot be converted is sent as it is; `false` sends every photo as it is. @default {}
   */
  convert?: ConvertOptions | false;
}

/** Options of {@linkcode uploadPhoto}. */
export interface UploadPhotoOptions extends Omit<UploadOptions, "directBytes"> {
  /** Ends the upload; the next upload of the same photo continues where this one stopped. */
  signal?: AbortSignal;
  onProgress?: OnProgress;
  retry?: RetryOptions;
}

/**
 * Uploads a photo to Storage in parts. After a failure or a reload of the page the upload continues where it stopped. A
 * photo that is already in Storage is not sent again.
 *
 * @returns The photo's path, for {@linkcode processImage} and {@linkcode createBatch}.
 * @throws {TypeError} If the photo or the client is none, or an option is out of range.
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
    notify(onProgress, { stage: "preparing" });
    const prepared = await preparePhoto(photo, options, signal);
    notifyConversion(prepared, onProgress);
    const target = await storePhoto(supabase, prepared, bucket, {
      ...retry,
      signal,
      ...uploadProgress(prepared.blob.size, onProgress),
    });
    notify(onProgress, { stage: "done" });
    return target;
  });
}

/** Creates the listeners that report an upload as progress. */
export function uploadProgress(totalBytes: number, onProgress: OnProgress | undefined) {
  return onProgress && {
    onSent: (uploadedBytes: number) =>
      notify(onProgress, { stage: "uploading", uploadedBytes, totalBytes }),
    onRetry: (retry: Retry) => notify(onProgress, { stage: "retrying", ...retry }),
  };
}
