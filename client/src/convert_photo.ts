import { type Answered, answered } from "./answered.ts";
import { checkBlob } from "./check_photo.ts";
import type { Conversion } from "./conversion.ts";
import type { ConvertOptions } from "./convert_options.ts";
import type { DownscaleOptions } from "./downscale.ts";
import { preparePhoto } from "./prepare_photo.ts";

/** Options of {@linkcode convertPhoto}. */
export interface ConvertPhotoOptions extends ConvertOptions {
  /** Downscales the photo, also one that needs no conversion. */
  downscale?: DownscaleOptions;
  /** Ends the call with the error `aborted`. */
  signal?: AbortSignal;
}

/**
 * Converts a photo as {@linkcode processImage} and {@linkcode uploadPhoto} do before its upload, for a preview of a HEIC before
 * it is processed. Pass the result's `photo` on to them, so that it is converted only once.
 *
 * A HEIC, AVIF or TIFF becomes an upright JPEG without metadata: in sRGB if the browser decodes it, and with the file's own
 * colour profile if `heicDecoder` does. Other photos, and those that cannot be converted, stay as they are.
 *
 * @returns The conversion; or the error `image_unreadable` or `aborted`.
 * @throws {TypeError} If the photo is none, or an option is out of range.
 * @example
 * ```ts
 * const { data } = await convertPhoto(file, { heicDecoder: () => import("heic-to/csp") });
 * if (data) img.src = URL.createObjectURL(data.photo);
 * ```
 */
export async function convertPhoto(
  photo: Blob,
  options: ConvertPhotoOptions = {},
): Promise<Answered<Conversion>> {
  checkBlob(photo);
  const { downscale, signal, ...convert } = options;
  return await answered(signal, async () => {
    const { blob, type, conversion } = await preparePhoto(photo, {
      convert,
      downscale,
    }, signal);
    const from = type?.contentType ?? null;
    return conversion ??
      { photo: blob, from, by: null, inWorker: false, error: null };
  });
}
