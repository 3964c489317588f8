import { AppError } from "../../../errors.ts";
import { fail, ok, type Result } from "../../../lib/result.ts";
import { type JpegData, readJpegData } from "./jpeg_data.ts";

/** The condition of a picture that can be shown. */
export interface Condition {
  /** Whether parts of it are missing or wrong. */
  damaged: boolean;
  /** Whether the file lacks its end marker, though all of the picture is there. */
  endMissing: boolean;
}

const END_OF_IMAGE = 0xd9;

/**
 * Checks before decoding that a JPEG without an end marker has all of its picture. Files with one, which are nearly all,
 * cost nothing.
 *
 * @param file The file.
 * @param dataAt Where its first scan begins.
 * @returns `null` where decoding has to tell: the file has its end marker, or its data cannot be read; and otherwise its
 * condition, or `invalid_image` with the share that is there.
 */
export function checkJpegEnd(file: Uint8Array, dataAt: number): Result<Condition> | null {
  if (hasEnd(file, dataAt)) return null;
  const data = readJpegData(file);
  if (data === null) return null;
  if (data.isTruncated) return fail(truncatedJpeg(data.share));
  return ok({ damaged: data.isCorrupt, endMissing: true });
}

/**
 * Judges a JPEG that the decoder has complained of in words that can mean either.
 *
 * @param file The file.
 * @returns Its condition, or `invalid_image` if rows are missing.
 */
export function judgeJpeg(file: Uint8Array): Result<Condition> {
  const data = readJpegData(file);
  if (data === null) return ok({ damaged: true, endMissing: false });
  if (endsEarly(data)) return fail(truncatedJpeg(data.share));
  return ok({ damaged: data.isCorrupt || data.isTruncated, endMissing: false });
}

/** A fault within the data may also make it end early, by a few blocks; then most of the picture is worth having. */
function endsEarly({ isTruncated, lacksRows, isCorrupt }: JpegData): boolean {
  return isTruncated && lacksRows && !isCorrupt;
}

/** Looks for the end marker from behind: in a sound file it is the last, or few bytes of a trailer follow. */
function hasEnd(file: Uint8Array, dataAt: number): boolean {
  for (let at = file.length - 2; at >= dataAt; at--) {
    if (file[at + 1] === END_OF_IMAGE && file[at] === 0xff) return true;
  }
  return false;
}

/**
 * The error of a JPEG that ends before its picture does.
 *
 * @param share The share of the picture's data that is there, 0 to 1; unset where it is not known.
 */
export function truncatedJpeg(share?: number): AppError {
  const ends = "The jpeg file is damaged: it ends before the picture does";
  if (share === undefined) return new AppError("invalid_image", `${ends}. Send it again.`);
  // Rounded down: 100 % is never missing anything.
  const thousandths = Math.floor(share * 1_000);
  return new AppError(
    "invalid_image",
    `${ends}, only ${thousandths / 10} % of it is there. Send it again.`,
    { details: { format: "jpeg", share: thousandths / 1_000 } },
  );
}
