import { fail, ok, type Result } from "../../../lib/result.ts";
import type { OnStep } from "../../engine/engine_steps.ts";
import type { DecodedPhoto } from "../decoded_photo.ts";
import { RowsPhoto } from "../rows_photo.ts";
import { stoppedPhoto } from "../stopped_photo.ts";
import { readPlainJpeg } from "./plain_jpeg.ts";
import { plainScale } from "./plain_scale.ts";
import { readJpegRows } from "./read_jpeg_rows.ts";

/** The first orientation that turns a picture by a quarter. */
const FIRST_QUARTER = 5;

/**
 * Decodes a plain JPEG into a working image with the pixel loops, if it is scaled to half of its size or less. The image is the
 * one that ImageMagick decodes, in half of its time.
 *
 * @param file The file.
 * @param longSidePx The target for the longer side, in pixels.
 * @param onStep Callback for each row of units; it can stop the work.
 * @returns The photo, which the caller disposes of; `other` for a JPEG that is not plain; `failed` for one that is damaged or all of
 * whose pixels are grey; `image_too_costly` if `onStep` stopped the work. ImageMagick decodes the last two kinds.
 * @throws {EngineCrash} `engine_failed`, if there is no memory for it.
 */
export function decodePlainJpeg(
  file: Uint8Array,
  longSidePx: number,
  onStep?: OnStep,
): Result<DecodedPhoto | "other" | "failed"> {
  const jpeg = readPlainJpeg(file);
  const scale = jpeg && plainScale(jpeg, longSidePx);
  if (!scale) return ok("other");
  const read = readJpegRows(file, jpeg, scale, onStep);
  if (read === "stopped") return fail(stoppedPhoto("jpeg"));
  if (read === "failed") return ok("failed");
  const { width, height, density, orientation } = jpeg;
  const size = orientation < FIRST_QUARTER ? { width, height } : { width: height, height: width };
  return ok(new RowsPhoto(read.rows, density, size));
}
