import { imageSize } from "image-size";
import { AppError } from "../errors.ts";
import { fail, ok, type Result } from "../result.ts";
import { INPUT_FORMATS, type InputFormat, sniffFormat } from "./image_format.ts";
import type { Size } from "./raster.ts";

/** What a photo's first bytes tell, before anything is decoded. */
export interface PhotoHeader extends Size {
  /** The type by its magic bytes. */
  format: InputFormat;
}

/** Bounds on a photo. */
export interface PhotoLimits {
  /** Largest width times height, in pixels: stops decompression bombs, whose small files decode to gigabytes. */
  maxPixels: number;
}

/** Longest side, in pixels: stops strips of 1 x 60,000,000 that pass the area's limit and break row buffers. */
export const MAX_SIDE_PX = 16_384;

/** A JPEG's frame header stands before this many bytes; its segments before that hold metadata. Bounds the scan for it. */
const JPEG_HEADER_BYTES = 4 << 20;

/**
 * Reads a photo's type and size from its header and refuses what can not be decoded within the limits.
 *
 * @param bytes The encoded file.
 * @param limits The bounds on its size.
 * @returns The header, its size as stored (before EXIF orientation), or `missing_image`, `unsupported_image_type`,
 * `invalid_image`, `image_too_large`.
 */
export function inspectPhoto(bytes: Uint8Array, limits: PhotoLimits): Result<PhotoHeader> {
  if (bytes.length === 0) {
    return fail(new AppError("missing_image", "The image is empty. Send a photo."));
  }
  const format = sniffFormat(bytes);
  if (format === null) {
    return fail(
      new AppError(
        "unsupported_image_type",
        `The file is no image of a supported type. Send one of ${INPUT_FORMATS.join(", ")}.`,
        { details: { supported: INPUT_FORMATS } },
      ),
    );
  }
  const size = readSize(bytes, format);
  if (size === null) {
    return fail(
      new AppError(
        "invalid_image",
        `The ${format} file is damaged: its header holds no size. Send it again.`,
      ),
    );
  }
  if (
    size.width * size.height > limits.maxPixels || Math.max(size.width, size.height) > MAX_SIDE_PX
  ) {
    return fail(
      new AppError(
        "image_too_large",
        `The image has ${size.width} x ${size.height} pixels. Send at most ${limits.maxPixels} pixels, ` +
          `and at most ${MAX_SIDE_PX} on a side.`,
        { details: { ...size, max_pixels: limits.maxPixels, max_side: MAX_SIDE_PX } },
      ),
    );
  }
  return ok({ format, ...size });
}

function readSize(bytes: Uint8Array, format: InputFormat): Size | null {
  try {
    const { width, height } = imageSize(
      format === "jpeg" ? bytes.subarray(0, JPEG_HEADER_BYTES) : bytes,
    );
    return width > 0 && height > 0 ? { width, height } : null;
  } catch {
    return null; // image-size throws on every header that it can not follow; that is the finding.
  }
}
