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

/** A HEIC as an iPhone writes it: in tiles, in Display P3, turned by `irot`, with a gain map. */
const HEIC: Photo = { name: "HEIC 12 MP in tiles", path: fixturePath("street.heic") };

/** Returns the path of a file of `fixtures/`. */
export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

/** Photos as phones write them, and the largest of each type, for the hosted limits. */
const PHONES: readonly Recipe[] = [
  { name: "JPEG 12 MP, Display P3", widthPx: 4032, heightPx: 3024, format: "p3" },
  { name: "HEIC 24 MP in tiles", widthPx: 5712, heightPx: 4284, format: "heic" },
  { name: "HEIC 48 MP in tiles", widthPx: 8064, heightPx: 6048, format: "heic" },
  { name: "PNG 12 MP", widthPx: 4032, heightPx: 3024, format: "png" },
  { name: "WebP 24 MP", widthPx: 5656, heightPx: 4242, format: "webp" },
  { name: "AVIF 12 MP", widthPx: 4032, heightPx: 3024, format: "avif" },
  { name: "TIFF 12 MP", widthPx: 4032, heightPx: 3024, format: "tiff" },
  { name: "BMP 12 MP", widthPx: 4032, heightPx: 3024, format: "bmp" },
  { name: "JPEG 50 MP", widthPx: 8160, heightPx: 6120, format: "jpeg" },
  { name: "JPEG 108 MP", widthPx: 12_000, heightPx: 9_000, format: "jpeg" },
  { name: "JPEG 200 MP", widthPx: 16_320, heightPx: 12_240, format: "jpeg" },
  { name: "progressive JPEG 12 MP", widthPx: 4032, heightPx: 3024, format: "progressive" },
];

/** Creates JPEGs of all sizes, 1.5 to 48 megapixels, and caches them. */
export async function jpegPhotos(): Promise<Photo[]> {
  const [small, ...large] = await madeOf((format) => format === "jpeg");
  return [small, STREET, ...large];
}

/** Creates photos of the other formats, and caches them. */
export async function otherPhotos(): Promise<Photo[]> {
  return [...await madeOf((format) => format !== "jpeg"), HEIC];
}

/**
 * Creates the photos of phones whose names contain a text, and caches them. HEICs need Debian's `heif-enc`, and are left out
 * without it.
 */
export async function phonePhotos(text: string): Promise<Photo[]> {
  const photos: Photo[] = [STREET, HEIC].filter(({ name }) => name.includes(text));
  for (const recipe of PHONES.filter(({ name }) => name.includes(text))) {
    try {
      photos.push(await made(recipe));
    } catch (error) {
      if (recipe.format !== "heic") throw error;
      console.log(`${recipe.name} is left out: ${error instanceof Error ? error.message : error}`);
    }
  }
  return photos;
}

async function madeOf(wanted: (format: string) => boolean): Promise<Photo[]> {
  const photos: Photo[] = [];
  for (const recipe of RECIPES.filter(({ format }) => wanted(format))) {
    photos.push(await made(recipe));
  }
  return photos;
}

async function made(recipe: Recipe): Promise<Photo> {
  const { name, widthPx, heightPx, format } = recipe;
  const path = `${CACHE}street-${widthPx}x${heightPx}.${format}`;
  const resize = (to: string, as: string) =>
    run("node", ["make_input.mjs", STREET.path, to, String(widthPx), String(heightPx), as]);
  await once(path, async (to) => {
    if (format === "heic") {
      await writeHeic((await made({ ...recipe, format: "jpeg" })).path, to);
    } else await resize(to, format);
  });
  return { name, path };
}

async function writeHeic(jpeg: string, to: string): Promise<void> {
  const script = fileURLToPath(new URL("../fixtures/source/make_heic.ts", import.meta.url));
  await run(Deno.execPath(), ["run", "-A", script, jpeg, to]);
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
