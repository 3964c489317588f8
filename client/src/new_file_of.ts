import type { Conversion } from "./conversion.ts";
import type { ConvertOptions } from "./convert_options.ts";
import { decodeHeic } from "./decode_heic.ts";
import { checkSize, DOWNSCALE_QUALITY, type DownscaleOptions } from "./downscale.ts";
import type { ImageType } from "./image_type.ts";
import { withJpegProfile } from "./jpeg_profile.ts";
import { ProcessImageError } from "./process_image_error.ts";
import { renderInWorker } from "./render_in_worker.ts";
import type { RenderJob } from "./render_photo.ts";

/** Types that cost the function several times as much CPU to decode as a JPEG. */
const CONVERTED = new Set(["image/heic", "image/avif", "image/tiff"]);

const LONG_SIDE = 4032;
const QUALITY = 0.92;

/**
 * Converts or downscales a photo, if its type or the caller asks for it. A failure does not prevent the upload: the photo is
 * kept, and the outcome says why.
 *
 * @param type The photo's type; `null` if the function does not accept it, but the browser may decode it.
 * @returns The outcome; `null` if there is nothing to do, or no browser to do it.
 * @throws {TypeError} If an option is out of range.
 * @throws {unknown} The signal's reason.
 */
export async function newFileOf(
  photo: Blob,
  type: ImageType | null,
  options: { convert?: ConvertOptions | false; downscale?: DownscaleOptions },
  signal?: AbortSignal,
): Promise<Conversion | null> {
  const { convert = {}, downscale } = options;
  const bounds = boundsOf(convert || {}, downscale);
  const from = type?.contentType ?? null;
  const isConverted = convert !== false && (from === null || CONVERTED.has(from));
  if (!hasCanvas() || (!isConverted && !downscale)) return null;
  const isOpaque = from === "image/jpeg";
  const job = { source: photo, ...bounds, isOpaque, onlySmaller: !isConverted };
  const decoder = convert && from === "image/heic" ? convert.heicDecoder : undefined;
  const kept: Conversion = { photo, from, by: null, inWorker: false, error: null };
  try {
    let made = await render(job, signal);
    let by: Conversion["by"] = "browser";
    if (made === "undecodable" && decoder) {
      made = await renderHeic(job, decoder, signal);
      by = "heicDecoder";
    }
    if (made === "undecodable") return { ...kept, error: undecodable(from) };
    if (made === "small") return kept;
    const { blob, inWorker } = made;
    // A larger file has no use, unless it is a JPEG, which the function decodes with less CPU.
    const isUseful = blob.size < photo.size || (isConverted && blob.type === "image/jpeg");
    return isUseful ? { photo: named(blob, photo), from, by, inWorker, error: null } : kept;
  } catch (cause) {
    signal?.throwIfAborted();
    const message = `The photo could not be converted, so it is sent as it is. (${textOf(cause)})`;
    return { ...kept, error: new ProcessImageError("conversion_failed", message, { cause }) };
  }
}

function boundsOf(convert: ConvertOptions, downscale: DownscaleOptions | undefined) {
  const { longSide = LONG_SIDE, quality = QUALITY } = convert;
  checkSize("convert", longSide, quality);
  if (!downscale) return { longSide, quality };
  const smaller = { longSide: downscale.longSide, quality: downscale.quality ?? DOWNSCALE_QUALITY };
  checkSize("downscale", smaller.longSide, smaller.quality);
  return smaller;
}

/** Node and Deno have no canvas. */
function hasCanvas(): boolean {
  const { OffscreenCanvas, document } = globalThis as Record<string, unknown>;
  return Boolean(OffscreenCanvas ?? document);
}

type Made = { blob: Blob; inWorker: boolean } | "undecodable" | "small";

async function render(job: RenderJob, signal: AbortSignal | undefined): Promise<Made> {
  const { rendered, inWorker } = await renderInWorker(job, signal);
  return "kept" in rendered ? rendered.kept : { blob: rendered.blob, inWorker };
}

/** Encodes a HEIC that only the caller's decoder reads. The values keep the file's colour space, so its profile is embedded. */
async function renderHeic(
  job: RenderJob & { source: Blob },
  decoder: NonNullable<ConvertOptions["heicDecoder"]>,
  signal: AbortSignal | undefined,
): Promise<Made> {
  const { picture, profile } = await decodeHeic(job.source, decoder, signal);
  const made = await render({ ...job, source: picture }, signal);
  if (typeof made === "string" || !profile || made.blob.type !== "image/jpeg") return made;
  return { ...made, blob: await withJpegProfile(made.blob, profile) };
}

function undecodable(from: string | null): ProcessImageError {
  const advice = from === "image/heic" ? " Set convert.heicDecoder to convert HEIC here." : "";
  const message = `This browser cannot decode the photo, so it is sent as it is.${advice}`;
  return new ProcessImageError("conversion_failed", message, { details: { type: from } });
}

/** Gives a new file the chosen file's name, by which users recognize the photo. */
function named(blob: Blob, photo: Blob): Blob {
  return photo instanceof File ? new File([blob], photo.name, { type: blob.type }) : blob;
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
