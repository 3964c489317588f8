import { type Answered, answered } from "./answered.ts";
import { callFunction } from "./call_function.ts";
import { checkPhoto, isStored, type Photo } from "./check_photo.ts";
import type { Conversion } from "./conversion.ts";
import { type PreparedPhoto, preparePhoto } from "./prepare_photo.ts";
import { notify, notifyConversion, type OnProgress, stepsTo } from "./progress.ts";
import { retrying, type RetryOptions } from "./retrying.ts";
import { SOURCE_BUCKET, storePhoto } from "./store_photo.ts";
import type { InvokeOptions, SupabaseLike } from "./supabase_like.ts";
import type { PhotoOptions, PhotoReply, StoragePath } from "./types.ts";
import { type UploadOptions, uploadProgress } from "./upload_photo.ts";

/** Options of {@linkcode processImage}. */
export interface ProcessImageOptions {
  /** Options of the result. */
  options?: PhotoOptions;
  /** The photo's name, for the answer's `metadata` only. @default the file's name */
  filename?: string;
  /** Whether the function stores the variants; the answer then has `storage_urls`. @default false */
  uploadToStorage?: boolean;
  /** Whether the answer contains the variants; see {@linkcode imageOf}. @default the opposite of `uploadToStorage` */
  returnImages?: boolean;
  /** Whether the function renders the photo even if Storage has the result. @default false */
  force?: boolean;
  /** The vehicle to whose set the photo belongs; needs `uploadToStorage`. See {@linkcode getVehicle}. @default none */
  vehicleId?: string;
  /** Place of a new photo in the vehicle's set, 0 to 499. @default the end */
  position?: number;
  /** Ends the call with the error `aborted`. */
  signal?: AbortSignal;
  /** Called with the photo's progress. */
  onProgress?: OnProgress;
  /** Retries of failures that may pass; by default a call is tried five times. */
  retry?: RetryOptions;
  upload?: UploadOptions;
  /** The function's name. @default "process-image" */
  functionName?: string;
}

/**
 * The function's answer. During the rollout an answer can come from the legacy service: it has that service's fields, and
 * `served_by` says so.
 */
export interface ProcessedImage extends PhotoReply {
  /** The photo's path if it is in Storage: use it to process the photo again without another upload. */
  source?: StoragePath;
  /** The outcome of converting or downscaling the photo before its upload, if either was tried. */
  conversion?: Conversion;
}

/** Largest photo that goes directly to the function, in bytes; Supabase recommends resumable uploads above it. */
const DIRECT_BYTES = 6_000_000;

/**
 * Processes a photo.
 *
 * @param supabase The caller's own supabase-js client, signed in as an admin.
 * @param photo A file, or a path in Storage.
 * @returns The answer, or the error of the last try.
 * @throws {TypeError} If the photo or the client is none, or an option is out of range.
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
    notify(onProgress, { stage: "preparing" });
    const prepared = isStored(photo) ? null : await preparePhoto(photo, options.upload, signal);
    notifyConversion(prepared, onProgress);
    const source = await sourceOf(supabase, photo, prepared, options);
    const name = options.filename ?? (photo as { name?: string }).name;
    const { path, ...call } = source
      ? callByPath(functionName, source, name, options)
      : callByBytes(functionName, prepared!, name, options);
    const reply = await retrying(() => {
      if (!source) notifySending(prepared!.blob.size, onProgress);
      return callFunction<PhotoReply>(supabase, path, {
        ...call,
        signal,
        onStep: onProgress && stepsTo(onProgress),
      });
    }, {
      ...options.retry,
      signal,
      onRetry: (retry) => notify(onProgress, { stage: "retrying", ...retry }),
    });
    notify(onProgress, { stage: "done" });
    const { conversion } = prepared ?? {};
    return { ...reply, ...(source && { source }), ...(conversion && { conversion }) };
  });
}

/** Returns the photo's path in Storage, after an upload if necessary; `null` if it goes directly to the function. */
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
  { options, ...others }: ProcessImageOptions,
): Call {
  return { path, body: { storage_path: source, filename, options, ...settingsOf(others) } };
}

/** Returns the settings that are the same in every form of a request. */
function settingsOf(
  { uploadToStorage, returnImages, force, vehicleId, position }: ProcessImageOptions,
) {
  return {
    upload_to_storage: uploadToStorage,
    return_images: returnImages,
    force,
    vehicle_id: vehicleId,
    position,
  };
}

/** Builds a call with the file as its body, as base64 would add a third; the settings are in the query. */
function callByBytes(
  functionName: string,
  { blob, type }: PreparedPhoto,
  filename: string | undefined,
  { options, ...others }: ProcessImageOptions,
): Call {
  const settings = { filename, ...settingsOf(others), ...options };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(settings)) {
    if (value !== undefined) query.set(name, queryText(value));
  }
  const headers = { "content-type": type?.contentType ?? "application/octet-stream" };
  return { path: `${functionName}?${query}`, headers, body: blob };
}

/** Returns a setting's text in a query: names separated by commas, an object as JSON, or the value itself. */
function queryText(value: unknown): string {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? JSON.stringify(value) : String(value);
}

/** Reports the start of a direct upload only: `fetch` does not report the bytes that it has sent. */
function notifySending(totalBytes: number, onProgress: OnProgress | undefined): void {
  notify(onProgress, { stage: "uploading", uploadedBytes: 0, totalBytes });
}
