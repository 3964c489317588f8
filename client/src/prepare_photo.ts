import { downscale, type DownscaleOptions } from "./downscale.ts";
import { HEAD_BYTES, type ImageType, imageTypeOf } from "./image_type.ts";
import { ProcessImageError } from "./process_image_error.ts";

/** A photo that can be sent. */
export interface PreparedPhoto {
  blob: Blob;
  /** By its bytes; `null`: none that the function reads. */
  type: ImageType | null;
}

/**
 * Looks at a photo before it is sent, and makes it smaller if that is wanted.
 *
 * @throws {ProcessImageError} `image_unreadable` if the file can not be read, or holds nothing
 * @throws {TypeError} For options out of their range.
 */
export async function preparePhoto(
  photo: Blob,
  options: DownscaleOptions | undefined,
): Promise<PreparedPhoto> {
  const blob = options ? await downscale(photo, options) : photo;
  const head = await bytesOf(blob.slice(0, HEAD_BYTES));
  if (head.length === 0) throw unreadable("The file is empty.");
  return { blob, type: imageTypeOf(head) };
}

/**
 * Reads a file, or a part of it.
 *
 * @throws {ProcessImageError} `image_unreadable`: it was changed, moved or taken away since it was chosen
 */
export async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw unreadable("The file can not be read any more.", cause);
  }
}

/** The error for a file that is no photo that can be sent. */
export function unreadable(what: string, cause?: unknown): ProcessImageError {
  const message = `${what} Choose the photo again.`;
  return new ProcessImageError("image_unreadable", message, { cause });
}
