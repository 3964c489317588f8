import {
  AlphaAction,
  ColorProfile,
  MagickError,
  MagickErrorSeverity,
  MagickFormat,
  MagickGeometry,
  MagickImage,
  MagickReadSettings,
  Orientation,
} from "@imagemagick/magick-wasm";
import type { IMagickImage } from "@imagemagick/magick-wasm";
import { freeBuffer } from "../../lib/free_buffer.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { type OnStep, reportSteps, watchSteps } from "../engine/engine_steps.ts";
import type { InputFormat } from "../image_format.ts";
import { checkJpegEnd, type Condition, judgeJpeg } from "./jpeg/jpeg_check.ts";
import type { DecodedPhoto } from "./decoded_photo.ts";
import { type Complaint, gravestOf } from "./decoder_warnings.ts";
import { heifProfile } from "./heif_profile.ts";
import type { PhotoHeader } from "./inspect_photo.ts";
import { type Magick, readWithin, withMagick } from "../engine/magick.ts";
import { placeFrame } from "./place_frame.ts";
import { jpegScale, wholeReduction } from "../plan.ts";
import type { PixelRows } from "./pixel_rows.ts";
import { hasPngProfile } from "./png/png_chunks.ts";
import { pngOfOnePixel } from "./png/png_of_one_pixel.ts";
import { isPlainPng, readPngRows } from "./png/read_png_rows.ts";
import { dropOverriddenGamma, withBmpLength, withPngEnd } from "./mended_file.ts";
import { hasTrailingData } from "./png/png_trailing_data.ts";
import { leanHeif } from "./lean_heif.ts";
import { jpegOfManyParts, leanJpeg } from "./jpeg/lean_jpeg.ts";
import { dropPngTexts } from "./png/png_text.ts";
import type { Size } from "../raster.ts";
import { MagickPhoto } from "./magick_photo.ts";
import { decodePlainJpeg } from "./jpeg/decode_plain_jpeg.ts";
import { damagedPhoto } from "./damaged_photo.ts";
import { shrink } from "./shrink.ts";
import { stoppedPhoto } from "./stopped_photo.ts";
import { toSrgb } from "./to_srgb.ts";
import { uprightTiff } from "./tiff/upright_tiff.ts";
import { firstWebpFrame } from "./webp_first_frame.ts";

const MAGICK_FORMATS: Record<InputFormat, MagickFormat> = {
  jpeg: MagickFormat.Jpeg,
  png: MagickFormat.Png,
  webp: MagickFormat.WebP,
  heic: MagickFormat.Heic,
  avif: MagickFormat.Avif,
  tiff: MagickFormat.Tiff,
  bmp: MagickFormat.Bmp,
  gif: MagickFormat.Gif,
};

/** Rows that are copied into the engine at a time. It allocates memory for all that are passed to it. */
const BAND_ROWS = 64;

/**
 * Decodes a photo into a working image: applies the EXIF orientation, converts to sRGB, drops the metadata and scales
 * down. Only the decoder of the header's type runs, and it reads only the first frame.
 *
 * @param file The encoded file.
 * @param header The facts from {@linkcode inspectPhoto}.
 * @param longSidePx The target for the longer side, in pixels; the result's is at most 1.125 times that.
 * @param onStep Callback for each row, or row of a JPEG's units, that is read, converted or scaled; it can stop the decoder.
 * @param scaleFirst Whether to scale before converting the colours, which costs less. The results differ by a few levels.
 * @param onSecondTry Callback before ImageMagick decodes a JPEG that the pixel loops have not been able to decode; it can stop the
 * decoder.
 * @returns The photo, which the caller disposes of, or `invalid_image`, or `image_too_costly` if `onStep` stopped it.
 * @throws {AppError} `engine_failed`, if the engine crashes
 */
export async function decodePhoto(
  file: Uint8Array,
  header: PhotoHeader,
  longSidePx: number,
  onStep?: OnStep,
  scaleFirst = false,
  onSecondTry: () => boolean = () => true,
): Promise<Result<DecodedPhoto>> {
  const bytes = file.subarray(header.startsAt ?? 0);
  const plan = { bytes, header, longSidePx, scaleFirst, onStep };
  if (header.format === "jpeg") return await decodeJpeg(plan, onSecondTry);
  const rows = header.format === "png" ? await readPng(plan) : ok(null);
  return rows.ok ? await byMagick({ ...plan, rows: rows.value }) : rows;
}

/** A photo to decode, and how. */
interface DecodePlan {
  bytes: Uint8Array;
  header: PhotoHeader;
  longSidePx: number;
  scaleFirst: boolean;
  onStep?: OnStep;
  /** The rows of a plain PNG; unset for a file that ImageMagick reads. */
  rows?: PixelRows | null;
  /** A JPEG without its surplus. @default `bytes` */
  lean?: Uint8Array;
  /** A JPEG's condition, if it is known. */
  known?: Condition | null;
}

async function decodeJpeg(
  plan: DecodePlan,
  onSecondTry: () => boolean,
): Promise<Result<DecodedPhoto>> {
  const { bytes, header, longSidePx, onStep } = plan;
  const checked = header.dataAt === undefined ? null : checkJpegEnd(bytes, header.dataAt, onStep);
  if (checked?.ok === false) return checked;
  const known = checked?.value ?? null;
  const lean = leanJpeg(bytes, header);
  if (lean === null) return fail(jpegOfManyParts());
  const plain = known ? ok("other" as const) : decodePlainJpeg(lean, longSidePx, onStep);
  const isDone = !plain.ok || typeof plain.value === "object";
  if (isDone && lean !== bytes) freeBuffer(lean);
  if (!plain.ok) return plain;
  if (typeof plain.value === "object") return ok(plain.value);
  if (plain.value === "failed" && !onSecondTry()) return fail(stoppedPhoto("jpeg"));
  return await byMagick({ ...plan, lean, known });
}

async function byMagick(plan: DecodePlan): Promise<Result<DecodedPhoto>> {
  const { header: { format }, onStep } = plan;
  try {
    const decoded = await withMagick((engine) =>
      watchSteps(onStep, () => decode(engine, plan), discard)
    );
    return decoded.stopped ? fail(stoppedPhoto(format)) : decoded.value;
  } catch (cause) {
    if (!(cause instanceof MagickError)) throw cause;
    return fail(damagedPhoto(format, "it cannot be decoded", cause));
  }
}

/** Reads the rows of a plain PNG, reduced by a whole number; `null` for any other, which the engine's decoder reads. */
async function readPng(
  { bytes, header, longSidePx, onStep }: DecodePlan,
): Promise<Result<PixelRows | null>> {
  if (isPlainPng(bytes)) {
    return await readPngRows(bytes, header, wholeReduction(header, longSidePx), onStep);
  }
  return await hasTrailingData(bytes, header)
    ? fail(damagedPhoto("png", "its data continues after the picture"))
    : ok(null);
}

function discard(decoded: Result<DecodedPhoto>): void {
  if (decoded.ok) decoded.value[Symbol.dispose]();
}

function decode(
  engine: Magick,
  { bytes, header, longSidePx, scaleFirst, onStep, rows = null, lean = bytes, known = null }:
    DecodePlan,
): Result<DecodedPhoto> {
  const image = MagickImage.create();
  try {
    const complaint = rows
      ? readRows(image, bytes, rows)
      : readFile(image, lean, header, longSidePx);
    if (lean !== bytes) freeBuffer(lean);
    const condition = conditionOf(complaint, bytes, header, known, onStep);
    if (!condition.ok) {
      image.dispose();
      return condition;
    }
    if (header.frame) placeFrame(image, header, header.frame);
    if (header.tiff) image.orientation = header.tiff.orientation as Orientation;
    const isTurned = exchangesSides(image.orientation);
    image.autoOrient();
    const isScaled = header.format === "jpeg" || rows !== null;
    const originalSize = isScaled ? orient(header, isTurned) : orient(image, false);
    if (image.hasAlpha && image.isOpaque) image.alpha(AlphaAction.Off);
    if (scaleFirst) shrink(image, longSidePx, true);
    const profile = isHeif(header) && !image.getColorProfile() ? heifProfile(bytes) : null;
    if (profile) image.setProfile(new ColorProfile(profile));
    const profileIgnored = toSrgb(image, header.format) || lostProfile(image, bytes, header);
    image.strip();
    if (!scaleFirst) shrink(image, longSidePx);
    const facts = { originalSize, profileIgnored, ...condition.value };
    return ok(new MagickPhoto(image, engine, facts));
  } catch (cause) {
    if (!(cause instanceof MagickError)) throw cause;
    image.dispose();
    const tooLarge = cause.severity === MagickErrorSeverity.CacheError && isHeif(header);
    if (!tooLarge) throw cause;
    return fail(damagedPhoto(header.format, "it is larger than it says", cause));
  }
}

function isHeif({ format }: PhotoHeader): boolean {
  return format === "heic" || format === "avif";
}

/** Removes what costs more than the picture or makes the decoder turn the picture; repairs what it would refuse. */
function harmless(bytes: Uint8Array, header: PhotoHeader): Uint8Array {
  const { format, tiff } = header;
  if (tiff) return uprightTiff(bytes, tiff);
  if (format === "png") return withPngEnd(dropOverriddenGamma(dropPngTexts(bytes)));
  if (isHeif(header)) return leanHeif(bytes);
  return format === "webp" ? firstWebpFrame(bytes) : bytes;
}

/** Derives the condition of a decoded picture from the decoder's complaint and, if known, from the check of its data. */
function conditionOf(
  complaint: Complaint,
  bytes: Uint8Array,
  { format }: PhotoHeader,
  known: Condition | null,
  onStep?: OnStep,
): Result<Condition> {
  if (complaint === "harmless") return ok(known ?? { damaged: false, endMissing: false });
  if (format !== "jpeg") return ok({ damaged: true, endMissing: false });
  const judged = known ? ok(known) : judgeJpeg(bytes, onStep);
  if (!judged.ok || complaint === "doubtful") return judged;
  return ok({ damaged: true, endMissing: false });
}

function readFile(
  image: IMagickImage,
  bytes: Uint8Array,
  header: PhotoHeader,
  longSidePx: number,
): Complaint {
  const settings = new MagickReadSettings({
    format: MAGICK_FORMATS[header.format],
    frameIndex: 0,
    frameCount: 1,
  });
  if (header.format === "jpeg") {
    // The decoder scales while it decodes, at a fraction of the full image's cost.
    const { width, height } = jpegScale(header, longSidePx);
    settings.setDefine("jpeg:size", `${width}x${height}`);
  }
  reportSteps(settings);
  let complaint: Complaint = "harmless";
  image.onWarning = ({ error }) => void (complaint = gravestOf(error));
  const file = harmless(bytes, header);
  const read = () => readWithin(header, isHeif(header), () => image.read(file, settings));
  try {
    if (header.format === "bmp") withBmpLength(file, read);
    else read();
  } finally {
    if (file.buffer !== bytes.buffer) freeBuffer(file); // rendering needs the memory
  }
  image.onWarning = undefined;
  return complaint;
}

/** Makes an image of a PNG's rows, with the profile and orientation of the file. */
function readRows(image: IMagickImage, bytes: Uint8Array, rows: PixelRows): Complaint {
  const { width, height, channels, data } = rows;
  const one = { format: "png", width: 1, height: 1 } as const;
  const complaint = readFile(image, pngOfOnePixel(bytes, channels), one, 1);
  if (channels === 4) image.alpha(AlphaAction.Set);
  image.extent(new MagickGeometry(width, height));
  image.resetPage();
  const stride = width * channels;
  image.getPixels((pixels) => {
    for (let y = 0; y < height; y += BAND_ROWS) {
      const band = Math.min(BAND_ROWS, height - y);
      pixels.setArea(0, y, width, band, data.subarray(y * stride, (y + band) * stride));
    }
  });
  freeBuffer(data);
  return complaint;
}

/** Checks for the four orientations that exchange width and height. A photo of an unknown one, such as 9, is not turned. */
function exchangesSides(orientation: Orientation): boolean {
  return orientation >= Orientation.LeftTop && orientation <= Orientation.LeftBottom;
}

/** Turns a size by a quarter, if the photo is turned so. */
function orient({ width, height }: Size, isTurned: boolean): Size {
  return isTurned ? { width: height, height: width } : { width, height };
}

/** Checks for a profile in a PNG that libpng has dropped because it is for another colour space. */
function lostProfile(image: IMagickImage, bytes: Uint8Array, { format }: PhotoHeader): boolean {
  return format === "png" && image.getColorProfile() === null && hasPngProfile(bytes);
}
