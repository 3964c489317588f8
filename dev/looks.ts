/**
 * Renders a contact sheet of every look: `deno task looks [PHOTO | FOLDER ...]`.
 *
 * Processes the fixtures and the given photos with the function on the local stack, in every look of `dev/looks/looks.ts`, and
 * writes the PNGs and a page to `out/looks/`. With a Chromium, it also takes a picture of the page. The simulator knows the
 * fixtures' masks; a segmentation model on this machine cuts out the other photos. With `API4AI_KEY` set, API4.ai does.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { api4aiSettings } from "./api4ai_settings.ts";
import { findPhotos } from "./batch/find_photos.ts";
import { findChromium, openBrowser } from "./browser.ts";
import { looksPage } from "./looks/looks_page.ts";
import { FIXTURES } from "./looks/fixtures.ts";
import { type RenderedPhoto, renderLooks } from "./looks/render_looks.ts";
import { startStack } from "./stack.ts";

const OUT = new URL("../out/looks/", import.meta.url);

/** Returns the paths of photos, and of all photos in folders. */
async function photosOf(paths: string[]): Promise<string[]> {
  const found = await Promise.all(paths.map(async (path) => {
    const { isDirectory } = await Deno.stat(path);
    return isDirectory ? (await findPhotos(path)).photos.map((photo) => photo.path) : [path];
  }));
  return found.flat();
}

/** Renders and saves the photos; one that fails is reported and left out. */
async function renderAll(files: string[]): Promise<RenderedPhoto[]> {
  const stack = await startStack(api4aiSettings());
  const rendered: RenderedPhoto[] = [];
  try {
    for (const file of files) {
      try {
        const photo = await renderLooks(stack, file);
        for (const [index, { png }] of photo.looks.entries()) {
          await Deno.writeFile(new URL(encodeURIComponent(fileOf(photo, index)), OUT), png);
        }
        rendered.push(photo);
        console.log(`${file}: ${photo.looks.length} looks`);
        for (const { look, warnings } of photo.looks) {
          if (warnings.length > 0) console.log(`  ${look.title}: warning ${warnings.join(", ")}`);
        }
      } catch (error) {
        console.error(`${file}: ${error instanceof Error ? error.message : error}`);
      }
    }
  } finally {
    await stack.close();
  }
  return rendered;
}

function fileOf({ name, looks }: RenderedPhoto, index: number): string {
  return `${name}.${looks[index].look.name}.png`;
}

/** Takes a picture of the page, if there is a Chromium. */
async function takePicture(page: URL): Promise<void> {
  const chromium = await findChromium();
  if (!chromium) return console.log("No picture of the page: no Chromium was found.");
  const browser = await openBrowser(chromium);
  const tab = await browser.newPage();
  await tab.goto(page.href);
  const picture = fileURLToPath(new URL("sheet.png", OUT));
  await tab.locator("main").screenshot({ path: picture });
  await browser.close();
  console.log(`Written: ${picture}`);
}

if (import.meta.main) {
  try {
    const files = [...FIXTURES, ...await photosOf(Deno.args)];
    await Deno.mkdir(OUT, { recursive: true });
    const photos = await renderAll(files);
    if (photos.length === 0) Deno.exit(1);
    const page = new URL("index.html", OUT);
    const sourceOf = (photo: RenderedPhoto, index: number) =>
      encodeURIComponent(fileOf(photo, index));
    await Deno.writeTextFile(page, looksPage(photos, { sourceOf, heading: "Every look" }));
    console.log(`Written: ${fileURLToPath(page)}`);
    await takePicture(page);
    Deno.exit(photos.length === files.length ? 0 : 1);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
