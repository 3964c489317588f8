import { createClient } from "@supabase/supabase-js";
import type { Browser } from "playwright-core";
import { imageOf, processImage } from "../../client/mod.ts";
import type { Stack } from "../stack.ts";
import { type Pictures, picturesPage } from "./pictures_page.ts";

const PHOTO = new URL("../../fixtures/street.jpg", import.meta.url);

/** Quality of the picture, a compromise with the repository's size. */
const JPEG_QUALITY = 82;

/**
 * Takes the README's picture: the photo, the cutout and the three variants.
 *
 * @param file Path of the JPEG.
 * @throws the client's error if the photo cannot be processed
 */
export async function takePictures(stack: Stack, browser: Browser, file: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.setContent(picturesPage(await render(stack)));
  await page.locator("main").screenshot({ path: file, type: "jpeg", quality: JPEG_QUALITY });
  await page.close();
}

async function render(stack: Stack): Promise<Pictures> {
  const supabase = createClient(stack.url, stack.publishableKey, {
    accessToken: () => Promise.resolve(stack.adminToken),
  });
  const photo = await Deno.readFile(PHOTO);
  const images = async (options: { shadow: "auto" | "none" }) => {
    const { data, error } = await processImage(supabase, new Blob([photo]), { options });
    if (error) throw error;
    return async (name: "processed" | "detail" | "grid") =>
      new Uint8Array(await imageOf(data, name)!.arrayBuffer());
  };
  const bare = await images({ shadow: "none" });
  const withShadow = await images({ shadow: "auto" });
  return {
    photo,
    cutout: await bare("processed"),
    processed: await withShadow("processed"),
    detail: await withShadow("detail"),
    grid: await withShadow("grid"),
  };
}
