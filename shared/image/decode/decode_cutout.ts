import { MagickError, MagickFormat, MagickReadSettings } from "@imagemagick/magick-wasm";
import { AppError } from "../../errors.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { decodeGreyPng } from "./png/decode_grey_png.ts";
import { inspectPhoto } from "./inspect_photo.ts";
import { readWithin, withImage, withMagick } from "../engine/magick.ts";
import { hasManyChunks, MAX_CHUNKS } from "./png/png_chunks.ts";
import { hasTrailingData } from "./png/png_trailing_data.ts";
import type { Mask, Raster, Size } from "../raster.ts";

/** A background remover's decoded reply, see `background/cutout.ts`. */
export type DecodedCutout = { kind: "mask"; mask: Mask } | { kind: "image"; image: Raster };

/**
 * Decodes a background remover's PNG.
 *
 * @param bytes The encoded file.
 * @param kind `mask` reads the first channel as coverage, `image` reads RGBA.
 * @param size The required size, checked before decoding.
 * @returns The pixels, or `invalid_image`.
 * @throws {AppError} `engine_failed`, if the engine crashes
 */
export async function decodeCutout(
  bytes: Uint8Array<ArrayBuffer>,
  kind: DecodedCutout["kind"],
  size: Size,
): Promise<Result<DecodedCutout>> {
  const header = inspectPhoto(bytes, { maxPixels: size.width * size.height });
  if (!header.ok) return header;
  const { format, width, height } = header.value;
  if (format !== "png") {
    return fail(new AppError("invalid_image", `The cutout is a ${format}, not a png.`));
  }
  if (width !== size.width || height !== size.height) {
    const message =
      `The cutout has ${width} x ${height} pixels, not ${size.width} x ${size.height}.`;
    return fail(new AppError("invalid_image", message));
  }
  if (hasManyChunks(bytes)) {
    return fail(new AppError("invalid_image", `The cutout has more than ${MAX_CHUNKS} chunks.`));
  }
  const grey = kind === "mask" ? await decodeGreyPng(bytes) : null;
  if (grey?.width === width && grey.height === height) return ok({ kind: "mask", mask: grey });
  if (await hasTrailingData(bytes, size)) {
    return fail(new AppError("invalid_image", "The cutout's data continues after the picture."));
  }
  try {
    return await withMagick(() => readPng(bytes, kind, size));
  } catch (cause) {
    if (!(cause instanceof MagickError)) throw cause;
    return fail(new AppError("invalid_image", "The cutout cannot be decoded.", { cause }));
  }
}

function readPng(
  bytes: Uint8Array<ArrayBuffer>,
  kind: DecodedCutout["kind"],
  { width, height }: Size,
): Result<DecodedCutout> {
  const settings = new MagickReadSettings({ format: MagickFormat.Png });
  const pixels = withImage((picture) => {
    readWithin({ width, height }, false, () => picture.read(bytes, settings));
    const channels = kind === "mask" ? "R" : "RGBA";
    return picture.getPixels((p) => p.toByteArray(0, 0, width, height, channels));
  });
  if (pixels === null) return fail(new AppError("invalid_image", "The cutout has no pixels."));
  const { buffer, byteOffset, length } = pixels as Uint8Array<ArrayBuffer>;
  if (kind === "mask") {
    return ok({ kind, mask: { width, height, data: new Uint8Array(buffer, byteOffset, length) } });
  }
  const data = new Uint8ClampedArray(buffer, byteOffset, length);
  return ok({ kind, image: { width, height, data } });
}
