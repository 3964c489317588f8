import { fileURLToPath } from "node:url";
import { CACHE, run } from "./peers.ts";

/** A photo to send: a file, and its name in the tables. */
export interface Photo {
  name: string;
  path: string;
}

/** A picture of street.jpg at another size or in another format. */
interface Recipe {
  name: string;
  widthPx: number;
  heightPx: number;
  format: string;
}

const RECIPES: readonly Recipe[] = [
  { name: "JPEG 1.5 MP", widthPx: 1440, heightPx: 1080, format: "jpeg" },
  { name: "JPEG 24 MP", widthPx: 5656, heightPx: 4242, format: "jpeg" },
  { name: "JPEG 48 MP", widthPx: 8000, heightPx: 6000, format: "jpeg" },
  { name: "PNG 12 MP", widthPx: 4032, heightPx: 3024, format: "png" },
  { name: "WebP 12 MP", widthPx: 4032, heightPx: 3024, format: "webp" },
  { name: "TIFF 12 MP", widthPx: 4032, heightPx: 3024, format: "tiff" },
  { name: "AVIF 24 MP", widthPx: 5656, heightPx: 4242, format: "avif" },
];

/** The job's photo. */
export const STREET: Photo = { name: "JPEG 12 MP", path: fixturePath("street.jpg") };

/** Returns the path of a file of `fixtures/`. */
export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

/** Creates JPEGs of all sizes, 1.5 to 48 megapixels, and caches them. */
export async function jpegPhotos(): Promise<Photo[]> {
  const [small, ...large] = await madeOf((format) => format === "jpeg");
  return [small, STREET, ...large];
}

/**
 * Creates photos of the other formats, and caches them. ImageMagick's `convert` writes the HEIC if it can, as sharp has no
 * HEVC encoder (patents). Without it, a photo of half a megapixel replaces the HEIC.
 */
export async function otherPhotos(): Promise<Photo[]> {
  return [...await madeOf((format) => format !== "jpeg"), await heic()];
}

async function madeOf(wanted: (format: string) => boolean): Promise<Photo[]> {
  const photos: Photo[] = [];
  for (const { name, widthPx, heightPx, format } of RECIPES) {
    if (!wanted(format)) continue;
    const path = `${CACHE}street-${widthPx}x${heightPx}.${format}`;
    await once(
      path,
      (to) =>
        run("node", ["make_input.mjs", STREET.path, to, String(widthPx), String(heightPx), format]),
    );
    photos.push({ name, path });
  }
  return photos;
}

async function heic(): Promise<Photo> {
  const path = `${CACHE}street.heic`;
  try {
    await once(path, (to) => run("convert", [STREET.path, "-quality", "60", `heic:${to}`]));
    return { name: "HEIC 12 MP", path };
  } catch {
    return { name: "HEIC 0.3 MP (no convert)", path: fixturePath("formats/small.heic") };
  }
}

/** Creates a missing file, under a temporary name first, so that a partial file is never used. */
async function once(path: string, make: (to: string) => Promise<unknown>): Promise<void> {
  try {
    await Deno.stat(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log(`Making ${path.slice(path.lastIndexOf("/") + 1)} ...`);
    await make(`${path}.part`);
    await Deno.rename(`${path}.part`, path);
  }
}
