import { MagickFormat, MagickReadSettings } from "@imagemagick/magick-wasm";
import type { OutputFormat } from "../image_format.ts";
import { withImage, withMagick } from "../engine/magick.ts";
import { isOpaque, type Raster } from "../raster.ts";
import { encodeWebp } from "./webp.ts";

/**
 * zlib level 1, filter "adaptive": level 7 takes four times as long for a sixth fewer bytes. ImageMagick encodes a
 * PNG's settings as the two digits of its quality.
 */
const PNG_LEVEL_AND_FILTER = 15;

/**
 * Colour types of a PNG, set explicitly. By default ImageMagick writes a grey picture whose transparent pixels share
 * one colour with that colour as the key, one level off, so that the picture becomes opaque. The default also takes a
 * tenth more CPU (cutout of 2000 x 1500).
 */
const PNG_RGB = "2";
const PNG_RGBA = "6";

/**
 * Encodes an image. The file holds pixels only: no EXIF, no profile (its absence means sRGB), no timestamp.
 *
 * @param image The image. JPEG drops transparency, so flatten the image first.
 * @param format The file type.
 * @param quality 1 to 100 for WebP and JPEG; ignored for PNG, which is lossless.
 * @throws {AppError} `engine_failed`, if the engine crashes
 */
export async function encode(
  image: Raster,
  format: OutputFormat,
  quality: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (format === "webp") return await encodeWebp(image, quality);
  return await withMagick(() => write(image, format, quality));
}

function write(
  image: Raster,
  format: "png" | "jpeg",
  quality: number,
): Uint8Array<ArrayBuffer> {
  const { width, height, data } = image;
  const pixels = new MagickReadSettings({ format: MagickFormat.Rgba, width, height, depth: 8 });
  return withImage((picture) => {
    picture.read(new Uint8Array(data.buffer, data.byteOffset, data.length), pixels);
    picture.quality = format === "png" ? PNG_LEVEL_AND_FILTER : quality;
    picture.settings.setDefine("png:color-type", isOpaque(image) ? PNG_RGB : PNG_RGBA);
    picture.settings.setDefine("png:bit-depth", "8");
    picture.settings.setDefine(
      "png:exclude-chunks",
      "date,time,text,bKGD,gAMA,cHRM,tEXt,zTXt,tIME",
    );
    return picture.write(
      format === "png" ? MagickFormat.Png : MagickFormat.Jpeg,
      (bytes) => bytes.slice() as Uint8Array<ArrayBuffer>,
    );
  });
}
