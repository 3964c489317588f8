/**
 * Takes the README's pictures: `deno task screenshots`. It needs a Chromium.
 *
 * @module
 */
import {
  DitherMethod,
  ImageMagick,
  MagickFormat,
  QuantizeSettings,
} from "@imagemagick/magick-wasm";
import { fileURLToPath } from "node:url";
import { startImageMagick } from "./api4ai/image_files.ts";
import { findChromium, openBrowser } from "./browser.ts";
import { takePictures } from "./screenshots/take_pictures.ts";
import { startStack } from "./stack.ts";

const PHOTO = fileURLToPath(new URL("../fixtures/street.jpg", import.meta.url));
const WARM_UP = new URL("../fixtures/small.jpg", import.meta.url);
const PICTURE = fileURLToPath(new URL("../docs/admin.png", import.meta.url));
const PICTURES = fileURLToPath(new URL("../docs/pictures.jpg", import.meta.url));
const VIEWPORT = { width: 1200, height: 1010 };
/** As long as API4.ai takes at its best, so that the picture's timings look like a real photo's. */
const LATENCY_MS = 1_500;

/** A third of the bytes: 256 colours are enough for a page and a photo of this size. */
function withPalette(png: Uint8Array): Uint8Array {
  return ImageMagick.read(png, (image) => {
    const settings = new QuantizeSettings();
    settings.colors = 256;
    settings.ditherMethod = DitherMethod.FloydSteinberg;
    image.quantize(settings);
    return image.write(MagickFormat.Png8, (bytes) => bytes.slice());
  });
}

const chromium = await findChromium();
if (!chromium) {
  console.error("No Chromium was found: install one, or set CHROMIUM_PATH.");
  Deno.exit(1);
}
const stack = await startStack({ adminPage: true, latencyMs: LATENCY_MS });
const problem = await stack.adminPage!.built;
if (problem) {
  console.error(problem);
  Deno.exit(1);
}
// The timings that the picture shows are those of an isolate that has processed a photo before.
const warmedUp = await fetch(stack.functionUrl, {
  method: "POST",
  headers: { authorization: `Bearer ${stack.adminToken}`, "content-type": "image/jpeg" },
  body: await Deno.readFile(WARM_UP),
});
await warmedUp.body?.cancel();
const browser = await openBrowser(chromium);
const page = await browser.newPage({ viewport: VIEWPORT, colorScheme: "light" });
await page.goto(stack.url);
await page.getByRole("button", { name: "Sign in" }).click();
await page.locator("input[type=file]").setInputFiles(PHOTO);
await page.locator("[data-lined-up=true]").waitFor();
const picture = await page.screenshot();
await takePictures(stack, browser, PICTURES);
await browser.close();
await stack.close();
await startImageMagick();
await Deno.writeFile(PICTURE, withPalette(picture));
for (const file of [PICTURE, PICTURES]) {
  console.log(`Written: ${file}, ${Math.round((await Deno.stat(file)).size / 1_000)} kB`);
}
Deno.exit(0);
