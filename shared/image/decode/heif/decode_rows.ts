import {
  ColorProfile,
  FilterType,
  Gravity,
  type IMagickImage,
  MagickError,
  MagickFormat,
  MagickGeometry,
  MagickImage,
  MagickReadSettings,
} from "@imagemagick/magick-wasm";
import { AppError } from "../../../errors.ts";
import { fail, ok, type Result } from "../../../lib/result.ts";
import { type OnStep, reportSteps, watchSteps } from "../../engine/engine_steps.ts";
import { readWithin, withMagick } from "../../engine/magick.ts";
import { stoppedPhoto } from "../stopped_photo.ts";
import { type Complaint, gravestOf } from "../decoder_warnings.ts";
import type { PixelRows } from "../pixel_rows.ts";
import { boxShrink } from "../box_shrink.ts";
import { heifProfile } from "../heif_profile.ts";
import { toSrgb } from "../to_srgb.ts";
import type { HeifGrid } from "./heif_grid.ts";
import { heifRows, heightOf, type TileRows } from "./heif_rows.ts";
import { planShare, rowScale, scaled } from "./row_scale.ts";

/** A decoded share of a picture. */
export interface DecodedRows {
  /** Rows of the working image: sRGB, scaled, not turned. */
  rows: PixelRows;
  /** Source rows that the next share needs, in the file's own colours; unset if it needs none. */
  carry?: PixelRows;
  /** Whether parts are missing or wrong. */
  damaged: boolean;
  /** Whether the colour profile was ignored. */
  profileIgnored: boolean;
}

/**
 * Decodes some rows of tiles, scales them to the working size and converts them to sRGB. It needs the time and memory of
 * these rows only. All shares together give the picture that one decoding would give.
 *
 * @param bytes The file.
 * @param grid Its grid.
 * @param share The rows of tiles.
 * @param carry What the share above has left for this one.
 * @param onStep Callback for each row that is read, converted or scaled; it can stop the work.
 * @returns The rows, or `invalid_image`, or `image_too_costly` if `onStep` stopped it.
 * @throws {AppError} `engine_failed`, if the engine crashes
 */
export async function decodeRows(
  bytes: Uint8Array,
  grid: HeifGrid,
  share: TileRows,
  carry?: PixelRows,
  onStep?: OnStep,
): Promise<Result<DecodedRows>> {
  const format = grid.type === "av01" ? "avif" : "heic";
  try {
    const done = await withMagick(() =>
      watchSteps(onStep, () => decode(bytes, grid, share, carry), () => {})
    );
    return done.stopped ? fail(stoppedPhoto(format)) : ok(done.value);
  } catch (cause) {
    if (!(cause instanceof MagickError)) throw cause;
    const message = `The ${format} file is damaged: it cannot be decoded. Send it again.`;
    return fail(new AppError("invalid_image", message, { cause }));
  }
}

function decode(
  bytes: Uint8Array,
  grid: HeifGrid,
  share: TileRows,
  carry: PixelRows | undefined,
): DecodedRows {
  const { width, height, tile, type } = grid;
  const scale = rowScale(grid);
  const { source, kept, carryFrom } = planShare(height, tile.height, share, scale);
  const size = { width, height: heightOf(grid, share) };
  const settings = new MagickReadSettings({
    format: type === "av01" ? MagickFormat.Avif : MagickFormat.Heic,
    frameIndex: 0,
    frameCount: 1,
  });
  reportSteps(settings);
  const image = MagickImage.create();
  let complaint: Complaint = "harmless";
  try {
    image.onWarning = ({ error }) => void (complaint = gravestOf(error));
    readWithin(size, true, () => image.read(heifRows(bytes, grid, share), settings));
    image.onWarning = undefined;
    if (image.width !== size.width || image.height !== size.height) {
      throw new RangeError("A share has another size than its rows of tiles.");
    }
    if (carry) stack(image, carry);
    const stackedFrom = carry ? source.from : share.from * tile.height;
    const end = stackedFrom + image.height;
    const next = carryFrom < end
      ? readRows(image, carryFrom - stackedFrom, image.height)
      : undefined;
    if (source.to < end) crop(image, source.to - stackedFrom);
    shrink(image, scaled(width, scale), scaled(source.to - source.from, scale), scale.to === 1);
    const profile = image.getColorProfile() ? null : heifProfile(bytes);
    if (profile) image.setProfile(new ColorProfile(profile));
    const profileIgnored = toSrgb(image, type === "av01" ? "avif" : "heic");
    const rows = readRows(image, kept.from, kept.to);
    return { rows, carry: next, damaged: complaint !== "harmless", profileIgnored };
  } finally {
    image.dispose();
  }
}

/** Puts the carried rows above a share. */
function stack(image: IMagickImage, { width, height, data }: PixelRows): void {
  image.extent(width, height + image.height, Gravity.South);
  image.resetPage();
  image.getPixels((pixels) => pixels.setArea(0, 0, width, height, data));
}

function crop(image: IMagickImage, height: number): void {
  image.crop(new MagickGeometry(0, 0, image.width, height));
  image.resetPage();
}

function shrink(image: IMagickImage, width: number, height: number, isWhole: boolean): void {
  if (image.width === width && image.height === height) return;
  if (isWhole && boxShrink(image, Math.round(image.width / width))) return;
  image.filterType = isWhole ? FilterType.Box : FilterType.Catrom;
  const geometry = new MagickGeometry(width, height);
  geometry.ignoreAspectRatio = true;
  image.resize(geometry);
}

function readRows(image: IMagickImage, from: number, to: number): PixelRows {
  const { width } = image;
  const height = to - from;
  const data = image.getPixels((pixels) => pixels.toByteArray(0, from, width, height, "RGB"));
  if (data === null) throw new RangeError(`No rows from ${from} to ${to}.`);
  return { width, height, channels: 3, data };
}
