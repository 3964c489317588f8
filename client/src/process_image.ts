import { type Answered, answered } from "./answered.ts";
import { callFunction } from "./call_function.ts";
import { checkPhoto, isStored, type Photo } from "./check_photo.ts";
import { type PreparedPhoto, preparePhoto } from "./prepare_photo.ts";
import { type OnProgress, stepsTo, tell } from "./progress.ts";
import { retrying, type RetryOptions } from "./retrying.ts";
import { SOURCE_BUCKET, storePhoto } from "./store_photo.ts";
import type { InvokeOptions, SupabaseLike } from "./supabase_like.ts";
import type { PhotoOptions, PhotoReply, StoragePath } from "./types.ts";
import { type UploadOptions, uploadProgress } from "./upload_photo.ts";

/** What {@linkcode processImage} takes. */
export interface ProcessImageOptions {
  /** What to make of the photo. */
  options?: PhotoOptions;
  /** The photo's name, for the answer's `metadata` only. @default the file's */
  filename?: string;
  /** Whether the pictures are written to Storage; the answer then has `storage_urls`. @default false */
  uploadToStorage?: boolean;
  /** Whether the answer holds the pictures; see {@linkcode imageOf}. @default the opposite of `uploadToStorage` */
  returnImages?: boolean;
  /** Whether the photo is rendered although Storage has the result. @default false */
  force?: boolean;
  /** Ends the call with the error `aborted`. */
  signal?: AbortSignal;
  /** Hears how far it is. */
  onProgress?: OnProgress;
  /** How often what may pass is tried: five times. */
  retry?: RetryOptions;
  upload?: UploadOptions;
  /** The function's name. @default "process-image" */
  functionName?: string;
}

/** The function's answer. One of the legacy service, while photos are still sent there, has that service's fields (`served_by`). */
export interface ProcessedImage extends PhotoReply {
  /** Where the photo lies, if that is in Storage: by it, it can be processed again without another upload. */
  source?: StoragePath;
}

/** Above this a photo goes to Storage first, in bytes: Supabase advises it. */
const DIRECT_BYTES = 6_000_000;

/**
 * Has a photo processed.
 *
 * @param supabase The caller's own client of supabase-js, signed in as an admin.
 * @param photo A file, or where it lies in Storage.
 * @returns The answer, or the error that it ended with after the last try.
 * @throws {TypeError} For what is no photo, no client, or an option out of its range.
 * @example
 * ```ts
 * const { data, error } = await processImage(supabase, input.files[0], {
 *   options: { padding: 30 },
 *   uploadToStorage: true,
 *   onProgress: ({ stage }) => status.textContent = stage,
 * });
 * if (error) alert(error.message);
 * else img.src = data.storage_urls?.grid ?? "";
 * ```
 */
export async function processImage(
  supabase: SupabaseLike,
  photo: Photo,
  options: ProcessImageOptions = {},
): Promise<Answered<ProcessedImage>> {
  checkPhoto(photo);
  const { signal, onProgress, functionName = "process-image" } = options;
  return await answered(signal, async () => {
    tell(onProgress, { stage: "preparing" });
    const prepared = isStored(photo) ? null : await preparePhoto(photo, options.upload?.downscale);
    const source = await sourceOf(supabase, photo, prepared, options);
    const name = options.filename ?? (photo as { name?: string }).name;
    const { path, ...call } = source
      ? callByPath(functionName, source, name, options)
      : callByBytes(functionName, prepared!, name, options);
    const reply = await retrying(() => {
      if (!source) tellBytes(prepared!.blob.size, onProgress);
      return callFunction<PhotoReply>(supabase, path, {
        ...call,
        signal,
        onStep: onProgress && stepsTo(onProgress),
      });
    }, {
      ...options.retry,
      signal,
      onRetry: (retry) => tell(onProgress, { stage: "retrying", ...retry }),
    });
    tell(onProgress, { stage: "done" });
    return source ? { ...reply, source } : reply;
  });
}

/** Where the photo lies, or is put; `null` if it goes to the function as it is. */
async function sourceOf(
  supabase: SupabaseLike,
  photo: Photo,
  prepared: PreparedPhoto | null,
  { upload = {}, signal, onProgress, retry }: ProcessImageOptions,
): Promise<StoragePath | null> {
  if (!prepared) {
    const { bucket, path } = photo as StoragePath;
    return { bucket, path };
  }
  const { directBytes = DIRECT_BYTES, bucket = SOURCE_BUCKET } = upload;
  const { size } = prepared.blob;
  if (size <= directBytes) return null;
  const way = { ...retry, signal, ...uploadProgress(size, onProgress) };
  return await storePhoto(supabase, prepared, bucket, way);
}

type Call = InvokeOptions & { path: string };

function callByPath(
  path: string,
  source: StoragePath,
  filename: string | undefined,
  { options, uploadToStorage, returnImages, force }: ProcessImageOptions,
): Call {
  const settings = { filename, options, upload_to_storage: uploadToStorage };
  return { path, body: { storage_path: source, ...settings, return_images: returnImages, force } };
}

/** The photo as it is, without a third more bytes for base64; the settings go in the query. */
function callByBytes(
  functionName: string,
  { blob, type }: PreparedPhoto,
  filename: string | undefined,
  { options, uploadToStorage, returnImages, force }: ProcessImageOptions,
): Call {
  const settings = {
    filename,
    upload_to_storage: uploadToStorage,
    return_images: returnImages,
    force,
    ...options,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(settings)) {
    if (value !== undefined) query.set(name, String(value));
  }
  const headers = { "content-type": type?.contentType ?? "application/octet-stream" };
  return { path: `${functionName}?${query}`, headers, body: blob };
}

/** `fetch` does not tell of bytes as they go. */
function tellBytes(totalBytes: number, onProgress: OnProgress | undefined): void {
  tell(onProgress, { stage: "uploading", uploadedBytes: 0, totalBytes });
}
