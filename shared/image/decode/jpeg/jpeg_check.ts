import { AppError } from "../../../errors.ts";
import { fail, ok, type Result } from "../../../lib/result.ts";
import type { OnStep } from "../../engine/engine_steps.ts";
import { stoppedPhoto } from "../stopped_photo.ts";
import { type JpegData, readJpegData } from "./jpeg_data.ts";

/** The condition of a usable picture. */
export interface Condition {
  /** Whether parts of the picture are missing or wrong. */
  damaged: boolean;
  /** Whether the end marker is missing, although the picture is complete. */
  endMissing: boolean;
}

const END_OF_IMAGE = 0xd9;

/**
 * Checks before decoding that a JPEG without an end marker has its complete picture. Files with an end marker, which is
 * nearly all of them, are not checked.
 *
 * @param file The file.
 * @param dataAt Offset of the first scan's data.
 * @param onStep Callback for parts of a large file's data; it can stop the check.
 * @returns `null` if only decoding can decide: the file has its end marker, or its data cannot be parsed. Otherwise its
 * condition, or `invalid_image` with the available share, or `image_too_costly` if `onStep` stopped the check.
 */
export function checkJpegEnd(
  file: Uint8Array,
  dataAt: number,
  onStep?: OnStep,
): Result<Condition> | null {
  if (hasEnd(file, dataAt)) return null;
  const read = readData(file, onStep);
  if (!read.ok) return read;
  const data = read.value;
  if (data === null) return null;
  if (data.isTruncated) return fail(truncatedJpeg(data.share));
  return ok({ damaged: data.isCorrupt, endMissing: true });
}

/**
 * Checks a JPEG about which the decoder has complained.
 *
 * @param file The file.
 * @param onStep Callback for parts of a large file's data; it can stop the check.
 * @returns Its condition, or `invalid_image` if rows are missing, or `image_too_costly` if `onStep` stopped the check.
 */
export function judgeJpeg(file: Uint8Array, onStep?: OnStep): Result<Condition> {
  const read = readData(file, onStep);
  if (!read.ok) return read;
  const data = read.value;
  if (data === null) return ok({ damaged: true, endMissing: false });
  if (endsEarly(data)) return fail(truncatedJpeg(data.share));
  return ok({ damaged: data.isCorrupt || data.isTruncated, endMissing: false });
}

/** Reads a file's data; the value is `null` if it cannot be parsed. */
function readData(file: Uint8Array, onStep: OnStep = () => true): Result<JpegData | null> {
  let stopped = false;
  const data = readJpegData(file, () => !(stopped ||= !onStep()));
  return stopped ? fail(stoppedPhoto("jpeg")) : ok(data);
}

/** Share of a corrupt picture that has to be there. Corrupt data may end early by a few blocks, and is still usable. */
const MIN_SHARE = 0.5;

/** Checks for missing rows. */
function endsEarly({ isTruncated, lacksRows, isCorrupt, share }: JpegData): boolean {
  return isTruncated && lacksRows && (!isCorrupt || share < MIN_SHARE);
}

/** Searches for the end marker from the back: in a sound file it comes last, or a few trailing bytes follow it. */
export function hasEnd(file: Uint8Array, dataAt: number): boolean {
  let at = file.lastIndexOf(END_OF_IMAGE);
  while (at > dataAt && file[at - 1] !== 0xff) at = file.lastIndexOf(END_OF_IMAGE, at - 1);
  return at > dataAt;
}

/**
 * Returns the error of a JPEG that ends before its picture does.
 *
 * @param share The available share of the picture's data, 0 to 1; unset if unknown.
 */
export function truncatedJpeg(share?: number): AppError {
  const ends = "The jpeg file is damaged: it ends before the picture does";
  if (share === undefined) return new AppError("invalid_image", `${ends}. Send it again.`);
  // Rounded down, so that a truncated file never shows 100 %.
  const thousandths = Math.floor(share * 1_000);
  return new AppError(
    "invalid_image",
    `${ends}, only ${thousandths / 10} % of the picture's data is present. Send it again.`,
    { details: { format: "jpeg", share: thousandths / 1_000 } },
  );
}
