import { bytesOf, type PreparedPhoto, unreadable } from "./prepare_photo.ts";
import { ProcessImageError } from "./process_image_error.ts";
import { ResumableUpload, type UploadWay } from "./resumable_upload.ts";
import { storageAccess } from "./storage_access.ts";
import type { SupabaseLike } from "./supabase_like.ts";
import type { StoragePath } from "./types.ts";

/** Bucket of the originals; the default of the function's `SOURCE_BUCKETS`. */
export const SOURCE_BUCKET = "car-originals";

/**
 * Uploads a photo to a path that is derived from its content: `<SHA-256>.<extension>`.
 *
 * @returns The photo's path.
 * @throws {ProcessImageError} `image_unreadable`, `upload_failed`, `network_failed`, `aborted`
 * @throws {TypeError} If `supabase` is not a client of supabase-js.
 */
export async function storePhoto(
  supabase: SupabaseLike,
  { blob, type }: PreparedPhoto,
  bucket: string,
  way: UploadWay,
): Promise<StoragePath> {
  const access = storageAccess(supabase);
  if (!type) throw unreadable("The file is not a photo of a supported type.");
  const target = { bucket, path: `${await sha256(blob)}.${type.extension}` };
  await new ResumableUpload(access, target, blob, type.contentType, way).run();
  return target;
}

async function sha256(blob: Blob): Promise<string> {
  const bytes = await bytesOf(blob);
  if (!globalThis.crypto?.subtle) {
    const message = "Uploads of large photos need HTTPS. Open this page over HTTPS.";
    throw new ProcessImageError("upload_failed", message);
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
