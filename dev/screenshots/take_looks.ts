import type { Browser } from "playwright-core";
import { Buffer } from "node:buffer";
import { FIXTURES } from "../looks/fixtures.ts";
import { looksPage } from "../looks/looks_page.ts";
import { type RenderedPhoto, renderLooks } from "../looks/render_looks.ts";
import type { Stack } from "../stack.ts";

/** Quality of the picture, a compromise with the repository's size. */
const JPEG_QUALITY = 82;

/** Width of each photo in pixels. */
const WIDTH_PX = 210;

/**
 * Takes the README's picture of the looks: the fixtures, those without a background on white.
 *
 * @param file Path of the JPEG.
 * @throws the client's error if a photo cannot be processed
 */
export async function takeLooks(stack: Stack, browser: Browser, file: string): Promise<void> {
  const photos: RenderedPhoto[] = [];
  for (const photo of FIXTURES) photos.push(await renderLooks(stack, photo));
  const sourceOf = ({ looks }: RenderedPhoto, index: number) =>
    `data:image/png;base64,${Buffer.from(looks[index].png).toString("base64")}`;
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.setContent(looksPage(photos, { sourceOf, floors: ["white"], widthPx: WIDTH_PX }));
  await page.locator("main").screenshot({ path: file, type: "jpeg", quality: JPEG_QUALITY });
  await page.close();
}
