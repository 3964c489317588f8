import { ImageMagick, MagickFormat } from "@imagemagick/magick-wasm";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { Pixels } from "../../api4ai/image_files.ts";

const FIXTURES = ["street", "street-rotated", "studio", "dark"].map((name) =>
  fileURLToPath(new URL(`../../../fixtures/${name}.jpg`, import.meta.url))
);
/** The size at which the function sends photos. */
const WORKING_SIDE_PX = 2_048;

/** A photo as the function sends it, and its true mask. */
export interface Reference {
  name: string;
  photo: Uint8Array;
  truth: Pixels;
}

/**
 * Reads the fixtures, and further photos with a `NAME.mask.png` (grey) or `NAME.cutout.png` (alpha) beside them.
 *
 * @throws if a photo or its mask cannot be read
 */
export async function readReferences(photos: string[]): Promise<Reference[]> {
  return await Promise.all([...FIXTURES, ...photos].map(async (path) => {
    const photo = workingImage(await Deno.readFile(path));
    const { width, height } = ImageMagick.read(photo, ({ width, height }) => ({ width, height }));
    const stem = path.replace(/\.\w+$/, "");
    const mask = await Deno.readFile(`${stem}.mask.png`).catch(() => undefined);
    const truth = mask
      ? channelOf(mask, "R", width, height)
      : channelOf(await Deno.readFile(`${stem}.cutout.png`), "A", width, height);
    return { name: basename(path), photo, truth };
  }));
}

/** Makes what the function sends: upright, at most 2048 px, as JPEG. */
function workingImage(file: Uint8Array): Uint8Array {
  return ImageMagick.read(file, (image) => {
    image.autoOrient();
    const scale = Math.min(1, WORKING_SIDE_PX / Math.max(image.width, image.height));
    if (scale < 1) image.resize(Math.round(image.width * scale), Math.round(image.height * scale));
    image.quality = 90;
    return image.write(MagickFormat.Jpeg, (bytes) => bytes.slice());
  });
}

function channelOf(file: Uint8Array, channel: "R" | "A", width: number, height: number): Pixels {
  return ImageMagick.read(file, (image) => {
    image.resize(width, height);
    const data = image.getPixels((pixels) => pixels.toByteArray(0, 0, width, height, channel));
    if (!data) throw new Error("ImageMagick returned no pixels.");
    return { width, height, channels: 1, data: data.slice() };
  });
}
