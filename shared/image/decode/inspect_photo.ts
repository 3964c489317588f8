import { BMP } from "image-size/types/bmp";
import { GIF } from "image-size/types/gif";
import { PNG } from "image-size/types/png";
import { WEBP } from "image-size/types/webp";
import { AppError } from "../../errors.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import type { DecodeLoad } from "./decode_load.ts";
import { emptyPicture } from "./empty_picture.ts";
import { findImage, findImageBehindOthers } from "./find_image.ts";
import { readGifFrame } from "./gif_frame.ts";
import { readHeifSize } from "./heif_size.ts";
import { INPUT_FORMATS, type InputFormat } from "../image_format.ts";
import { unreadJpegEncoding } from "./jpeg/jpeg_encoding.ts";
import { readJpegHeader } from "./jpeg/jpeg_header.ts";
import { unreadApplePng } from "./png/apple_png.ts";
import type { Rect, Size } from "../raster.ts";
import { unreadTiffEncoding } from "./tiff/tiff_encoding.ts";
import { readTiffHeader, type TiffHeader } from "./tiff/tiff_header.ts";
import { firstWebpFrameRect } from "./webp_first_frame.ts";

/** Facts from a photo's header, read before decoding. */
export interface PhotoHeader extends Size {
  /** The type by its magic bytes. */
  format: InputFormat;
  /** Number of bytes to skip before the image. @default 0 */
  startsAt?: number;
  /** Memory for the whole picture's coefficients besides its pixels, in bytes: for JPEGs of several scans. @default 0 */
  coefficientBytes?: number;
  /** Offset of the data of a JPEG's first scan; unset for other types. */
  dataAt?: number;
  /** The first frame's place on a canvas of the header's size (GIF, animated WebP); unset if the frame is the canvas. */
  frame?: Rect;
  /** Facts from a TIFF's first directory; unset for other types. */
  tiff?: TiffHeader;
  /** Other properties that determine the decoding cost, once read by `readDecodeLoad()`. */
  load?: DecodeLoad;
}

/** Bounds on a photo. */
export interface PhotoLimits {
  /** Largest width times height, in pixels: stops decompression bombs, whose small files decode to gigabytes. */
  maxPixels: number;
}

/** Longest side, in pixels: stops strips of 1 x 60,000,000 that pass the limit on the area and break row buffers. */
export const MAX_SIDE_PX = 16_384;

/**
 * Maximum number of scans in a JPEG: stops small files that make the decoder pass over a large picture a thousand
 * times. A progressive photo has ten, one with optimized scans up to about twenty.
 */
const MAX_SCANS = 32;

/**
 * Reads a photo's type and size from its header and refuses a photo that cannot be decoded within the limits.
 *
 * @param bytes The encoded file.
 * @param limits The bounds on its size.
 * @returns The header, with the size as stored (before EXIF orientation), or `missing_image`, `unsupported_image_type`,
 * `unsupported_image_encoding`, `invalid_image`, `image_too_large`, `image_too_costly`.
 */
export function inspectPhoto(bytes: Uint8Array, limits: PhotoLimits): Result<PhotoHeader> {
  if (bytes.length === 0) {
    return fail(new AppError("missing_image", "The image is empty. Send a photo."));
  }
  const found = findImage(bytes);
  if (found === null) return fail(notAnImage(bytes));
  const { format, startsAt } = found;
  const header = inspectImage(bytes.subarray(startsAt), format, limits);
  return header.ok && startsAt > 0 ? ok({ ...header.value, startsAt }) : header;
}

function inspectImage(
  bytes: Uint8Array,
  format: InputFormat,
  limits: PhotoLimits,
): Result<PhotoHeader> {
  const jpeg = format === "jpeg" ? readJpegHeader(bytes, MAX_SCANS) : null;
  const tiff = format === "tiff" ? readTiffHeader(bytes) : null;
  const gif = format === "gif" ? readGifFrame(bytes) : null;
  const size = jpeg ?? tiff ?? gif?.canvas ?? readSize(bytes, format);
  const unread = (jpeg && unreadJpegEncoding(jpeg)) ?? (tiff && unreadTiffEncoding(tiff)) ??
    (format === "png" ? unreadApplePng(bytes) : null);
  if (unread) return fail(unread);
  if (size === null || size.width === 0 || size.height === 0) {
    return fail(
      new AppError(
        "invalid_image",
        `The ${format} file is damaged: its header has no size. Send it again.`,
      ),
    );
  }
  const { width, height } = size;
  if (width * height > limits.maxPixels || Math.max(width, height) > MAX_SIDE_PX) {
    return fail(
      new AppError(
        "image_too_large",
        `The image has ${width} x ${height} pixels. Send at most ${limits.maxPixels} pixels, ` +
          `and at most ${MAX_SIDE_PX} on a side.`,
        { details: { width, height, max_pixels: limits.maxPixels, max_side: MAX_SIDE_PX } },
      ),
    );
  }
  const empty = emptyPicture(size, bytes.length);
  if (empty) return fail(empty);
  if (jpeg && jpeg.scans > MAX_SCANS) {
    const message = `The JPEG has more than ${MAX_SCANS} scans. Save it again as a baseline JPEG.`;
    return fail(new AppError("image_too_costly", message, { details: { max_scans: MAX_SCANS } }));
  }
  const coefficientBytes = jpeg?.coefficientBytes;
  const frame = format === "webp" ? firstWebpFrameRect(bytes) : gif?.frame;
  return ok({
    format,
    width,
    height,
    ...(coefficientBytes && { coefficientBytes }),
    ...(jpeg?.dataAt && { dataAt: jpeg.dataAt }),
    ...(frame && { frame }),
    ...(tiff && { tiff }),
  });
}

function notAnImage(bytes: Uint8Array): AppError {
  const supported = INPUT_FORMATS;
  const behind = findImageBehindOthers(bytes);
  if (behind === null) {
    const message = `The file is not an image of a supported type. Send one of ${
      supported.join(", ")
    }.`;
    return new AppError("unsupported_image_type", message, { details: { supported } });
  }
  const { format, startsAt } = behind;
  const first = Array.from(
    bytes.subarray(0, Math.min(startsAt, SHOWN_BYTES)),
    (byte) => byte.toString(16).padStart(2, "0"),
  ).join(" ");
  const shown = startsAt > SHOWN_BYTES ? `${first} ...` : first;
  return new AppError(
    "unsupported_image_type",
    `The file begins with ${startsAt} bytes (${shown}) that are not part of the ${format} after them. Send it without them.`,
    { details: { supported, found: format, bytes_before: startsAt } },
  );
}

/** Maximum leading bytes to quote in an error message. */
const SHOWN_BYTES = 8;

/** image-size's readers. Its whole package has 20 more, and takes 2 ms at boot. */
const SIZE_READERS: Partial<Record<InputFormat, typeof PNG>> = {
  bmp: BMP,
  gif: GIF,
  png: PNG,
  webp: WEBP,
};

function readSize(bytes: Uint8Array, format: InputFormat): Size | null {
  // image-size takes quadratic time on boxes that hold many sizes
  if (format === "heic" || format === "avif") return readHeifSize(bytes);
  if (format === "bmp" && bytes[BMP_HEADER_AT] === OS2_HEADER_BYTES) return readOs2Size(bytes);
  // image-size may see another frame of a JPEG or TIFF than the decoder
  const reader = SIZE_READERS[format];
  try {
    return reader?.validate(bytes) ? reader.calculate(bytes) : null;
  } catch {
    return null; // image-size throws on every header that it cannot parse
  }
}

/** Offset of a BMP's header length, and that length in OS/2 files, where image-size reads both sides as one number. */
const BMP_HEADER_AT = 14;
const OS2_HEADER_BYTES = 12;

function readOs2Size(bytes: Uint8Array): Size {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { width: view.getUint16(18, true), height: view.getUint16(20, true) };
}
