import type { Conversion } from "./conversion.ts";
import type { ConvertOptions } from "./convert_options.ts";
import type { DownscaleOptions } from "./downscale.ts";
import { HEAD_BYTES, type ImageType, imageTypeOf } from "./image_type.ts";
import { newFileOf } from "./new_file_of.ts";
import { ProcessImageError } from "./process_image_error.ts";

/** A photo that is ready to be sent. */
export interface PreparedPhoto {
  blob: Blob;
  /** The type that its bytes show; `null` if the function does not accept it. */
  type: ImageType | null;
  /** The outcome of converting or downscaling; `undefined` if neither was tried. */
  conversion?: Conversion;
}

/** Options of the preparation. */
export interface PrepareOptions {
  convert?: ConvertOptions | false;
  downscale?: DownscaleOptions;
}

/**
 * Reads a photo's type before it is sent, converts a photo of a type that costs the function much CPU, and downscales the
 * photo if the caller wants that.
 *
 * @throws {ProcessImageError} `image_unreadable` if the file cannot be read or is empty
 * @throws {TypeError} If an option is out of range.
 * @throws {unknown} The signal's reason.
 */
export async function preparePhoto(
  photo: Blob,
  options: PrepareOptions = {},
  signal?: AbortSignal,
): Promise<PreparedPhoto> {
  const type = await typeOf(photo);
  const conversion = await newFileOf(photo, type, options, signal);
  if (!conversion) return { blob: photo, type };
  const { photo: blob } = conversion;
  return { blob, type: blob === photo ? type : await typeOf(blob), conversion };
}

async function typeOf(photo: Blob): Promise<ImageType | null> {
  const head = await bytesOf(photo.slice(0, HEAD_BYTES));
  if (head.length === 0) throw unreadable("The file is empty.");
  return imageTypeOf(head);
}

/**
 * Reads a file or a part of it.
 *
 * @throws {ProcessImageError} `image_unreadable` if the file has been changed, moved or deleted since it was chosen
 */
export async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw unreadable("The file cannot be read any more.", cause);
  }
}

/** Creates the error for a file that cannot be sent. */
export function unreadable(what: string, cause?: unknown): ProcessImageError {
  const message = `${what} Choose the photo again.`;
  return new ProcessImageError("image_unreadable", message, { cause });
}
