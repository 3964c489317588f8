import { MagickFormat, MagickReadSettings } from "@imagemagick/magick-wasm";
import type { OutputFormat } from "../image_format.ts";
import { withImage, withMagick } from "../engine/magick.ts";
import { isOpaque, type Raster } from "../raster.ts";
import { encodeWebp } from "./webp.ts";

/**
 * zlib level 1, filter "adaptive": at level 7 the same picture takes four times as long for a sixth fewer bytes.
 * ImageMagick writes a PNG's settings as the two digits of its quality.
 */
const PNG_LEVEL_AND_FILTER = 15;

/**
 * Colour types of a PNG. ImageMagick's own choice writes a grey picture whose transparent pixels share one colour with that
 * colour as the key, one level off, so that the picture is opaque; and it takes a tenth more CPU (a cutout of 2000 x 1500).
 */
const PNG_RGB = "2";
const PNG_RGBA = "6";

/**
 * Encodes an image. The file holds pixels only: no EXIF, no profile (sRGB is what its absence means), no time.
 *
 * @param image The image; its transparent parts are lost in a JPEG, so flatten it first.
 * @param format The type of file.
 * @param quality 1 to 100 for WebP and JPEG; PNG is lossless and has none.
 * @throws {AppError} `engine_failed`, if the engine crashes over it.
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
