/**
 * Turns photos of cars into listing pictures: a client of the Edge Function `process-image`, on top of your own supabase-js
 * client.
 *
 * Every call returns `{ data, error }`, of which exactly one is `null`.
 *
 * @module
 */
export type { Answered } from "./src/answered.ts";
export {
  type BatchCallOptions,
  cancelBatch,
  createBatch,
  type CreateBatchOptions,
  requeueBatch,
  type RequeueBatchOptions,
} from "./src/batches.ts";
export type { Photo } from "./src/check_photo.ts";
export type { Conversion } from "./src/conversion.ts";
export type { ConvertOptions, HeicDecoder } from "./src/convert_options.ts";
export { convertPhoto, type ConvertPhotoOptions } from "./src/convert_photo.ts";
export { deletePhotos, type DeletePhotosOptions } from "./src/delete_photos.ts";
export type { DownscaleOptions } from "./src/downscale.ts";
export { imageOf } from "./src/image_of.ts";
export {
  type Gallery,
  type GalleryOptions,
  type GalleryResult,
  processGallery,
} from "./src/process_gallery.ts";
export {
  type ProcessedImage,
  processImage,
  type ProcessImageOptions,
} from "./src/process_image.ts";
export {
  type ClientCode,
  type FailureFacts,
  type PlatformCode,
  ProcessImageError,
} from "./src/process_image_error.ts";
export type { OnProgress, Progress, Stage } from "./src/progress.ts";
export type { Picture } from "./src/render_photo.ts";
export type { RetryOptions } from "./src/retrying.ts";
export type { InvokeOptions, SupabaseLike } from "./src/supabase_like.ts";
export type {
  Batch,
  BatchCreated,
  BatchItem,
  Deleted,
  ErrorCode,
  ErrorReply,
  NamedVariant,
  PhotoOptions,
  PhotoReply,
  PhotoToDelete,
  StoragePath,
  Variant,
  Vehicle,
  VehicleForgotten,
  VehicleOrder,
  WarningCode,
} from "./src/types.ts";
export { type UploadOptions, uploadPhoto, type UploadPhotoOptions } from "./src/upload_photo.ts";
export { deleteVehicle, getVehicle, setVehicle, type VehicleCallOptions } from "./src/vehicles.ts";
export { watchBatch, type WatchBatchOptions } from "./src/watch_batch.ts";
