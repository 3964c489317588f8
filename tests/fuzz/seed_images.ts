import { MagickFormat } from "@imagemagick/magick-wasm";
import type { InputFormat } from "../../shared/image/image_format.ts";
import { rgbProfile } from "../../shared/image/decode/icc_profile.ts";
import { DISPLAY_P3 } from "../helpers/display_p3.ts";
import { fixture } from "../helpers/fixtures.ts";
import { fileOf, rasterOf } from "../helpers/magick_files.ts";
import { greyGif, greyTiff } from "../helpers/tiny_files.ts";

/**
 * Creates valid files of every type.
 *
 * @param width Their width, in pixels; the height is three quarters of it. HEIC comes from fixtures of fixed sizes.
 * @default as small as possible: the decoders take the same paths
 */
export async function seedImages(width = 32): Promise<Record<InputFormat, Uint8Array[]>> {
  const height = width * 3 / 4;
  const photo = await rasterOf(await fixture("small.jpg"), (image) => image.resize(width, height));
  const icc = rgbProfile("Display P3", DISPLAY_P3);
  const of = (format: MagickFormat, options = {}) => fileOf(photo, format, options);
  return {
    jpeg: [
      await of(MagickFormat.Jpeg, { quality: 80 }),
      await of(MagickFormat.Pjpeg, { quality: 60, icc }),
    ],
    png: [
      await of(MagickFormat.Png),
      await of(MagickFormat.Png8),
      await of(MagickFormat.Png24, { icc }),
      await fixture("tiny.png"),
    ],
    webp: [await of(MagickFormat.WebP), await of(MagickFormat.WebP, { quality: 100, icc })],
    heic: [await fixture(width > 32 ? "formats/medium.heic" : "formats/small.heic")],
    avif: [await of(MagickFormat.Avif)],
    tiff: [await of(MagickFormat.Tiff), greyTiff([10, 20, 30])],
    bmp: [await of(MagickFormat.Bmp), await of(MagickFormat.Bmp2), await of(MagickFormat.Bmp3)],
    gif: [await of(MagickFormat.Gif), greyGif([10, 20, 30])],
  };
}
