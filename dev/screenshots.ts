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
import { takeLooks } from "./screenshots/take_looks.ts";
import { takePictures } from "./screenshots/take_pictures.ts";
import { startStack } from "./stack.ts";

const PHOTO = fileURLToPath(new URL("../fixtures/street.jpg", import.meta.url));
const WARM_UP = new URL("../fixtures/small.jpg", import.meta.url);
const PICTURE = fileURLToPath(new URL("../docs/admin.png", import.meta.url));
const PICTURES = fileURLToPath(new URL("../docs/pictures.jpg", import.meta.url));
const LOOKS = fileURLToPath(new URL("../docs/looks.jpg", import.meta.url));
const VIEWPORT = { width: 1200, height: 1010 };
/** API4.ai's best latency in milliseconds, for realistic timings in the picture. */
const LATENCY_MS = 1_500;

/** Reduces a PNG to 256 colors, a third of the bytes, which suffices for this page. */
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
// Warms the isolate up, so that the picture shows the timings of a later photo.
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
await page.getByRole("link", { name: "Photos", exact: true }).click();
await page.getByRole("heading", { name: "Photos", exact: true }).waitFor();
await page.locator("input[type=file]").setInputFiles(PHOTO);
await page.getByRole("img", { name: "The photo after" }).evaluate((image) => image.decode());
const picture = await page.screenshot();
await takePictures(stack, browser, PICTURES);
await takeLooks(stack, browser, LOOKS);
await browser.close();
await stack.close();
await startImageMagick();
await Deno.writeFile(PICTURE, withPalette(picture));
for (const file of [PICTURE, PICTURES, LOOKS]) {
  console.log(`Written: ${file}, ${Math.round((await Deno.stat(file)).size / 1_000)} kB`);
}
Deno.exit(0);
