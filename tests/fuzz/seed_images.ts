import { MagickFormat } from "@imagemagick/magick-wasm";
import type { InputFormat } from "../../shared/image/image_format.ts";
import { rgbProfile } from "../../shared/image/decode/icc_profile.ts";
import { DISPLAY_P3 } from "../helpers/display_p3.ts";
import { fixture } from "../helpers/fixtures.ts";
import { fileOf, rasterOf } from "../helpers/magick_files.ts";
import { greyGif, greyTiff } from "../helpers/tiny_files.ts";

/** Good files to begin with, of every type that is read: as small as they come, as the decoder's ways are the same. */
export async function seedImages(): Promise<Record<InputFormat, Uint8Array[]>> {
  const photo = await rasterOf(await fixture("small.jpg"), (image) => image.resize(32, 24));
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
    heic: [await fixture("formats/small.heic")],
    avif: [await of(MagickFormat.Avif)],
    tiff: [await of(MagickFormat.Tiff), greyTiff([10, 20, 30])],
    bmp: [await of(MagickFormat.Bmp), await of(MagickFormat.Bmp2), await of(MagickFormat.Bmp3)],
    gif: [await of(MagickFormat.Gif), greyGif([10, 20, 30])],
  };
}
