import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import { fixture } from "./admin_page.ts";

/** A file that a test chooses. */
export interface ChosenFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

const FIXTURES = ["small.jpg", "studio.jpg", "dark.jpg", "street.jpg"];

/** Edits that make further photos of a fixture. */
const EDITS: Record<string, string> = {
  plain: "none",
  light: "brightness(1.12)",
  warm: "sepia(0.35)",
};

/** Draws a photo in the browser, at most 1200 pixels wide, as a JPEG. */
const DRAW = `async ([base64, filter]) => {
  const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes]));
  const width = Math.min(1200, image.width);
  const canvas = new OffscreenCanvas(width, Math.round(image.height * width / image.width));
  const context = canvas.getContext("2d");
  context.filter = filter;
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
  let text = "";
  for (const byte of new Uint8Array(await blob.arrayBuffer())) text += String.fromCharCode(byte);
  return btoa(text);
}`;

/** Makes twelve photos of a car from the fixtures: "small-plain.jpg" and so on. */
export async function twelvePhotos(page: Page): Promise<ChosenFile[]> {
  const files: ChosenFile[] = [];
  for (const [edit, filter] of Object.entries(EDITS)) {
    for (const name of FIXTURES) {
      const base64 = Buffer.from(await Deno.readFile(fixture(name))).toString("base64");
      const drawn = await page.evaluate<string>(`(${DRAW})(${JSON.stringify([base64, filter])})`);
      files.push({
        name: name.replace(".jpg", `-${edit}.jpg`),
        mimeType: "image/jpeg",
        buffer: Buffer.from(drawn, "base64"),
      });
    }
  }
  return files;
}
