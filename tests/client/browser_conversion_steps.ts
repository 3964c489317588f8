// Proves how photos are converted and downscaled in Chromium before their upload: upright, once, with their colours.
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import type { Page } from "playwright-core";
import { rgbProfile } from "../../shared/image/decode/icc_profile.ts";
import { fixture } from "../helpers/call.ts";
import { DISPLAY_P3, p3ToSrgb } from "../helpers/display_p3.ts";
import { decoded } from "../helpers/fixtures.ts";
import { codedItem, heifOf } from "../helpers/heif_files.ts";
import { fileOf } from "../helpers/magick_files.ts";
import { exif, withOrientation } from "../helpers/metadata.ts";
import { assertNear, at, draw, type Rgba } from "../helpers/pixels.ts";
import type { PageFiles } from "./browser_page.ts";

/** The test's page. */
export interface ClientPage {
  page: Page;
  files: PageFiles;
  /** Loads the page again. */
  open(): Promise<void>;
}

/** The patches of `fixtures/phones/browser-p3-rotated.*` in Display P3: four columns and two rows, before the rotation. */
const PATCHES: Rgba[] = [
  ...[[200, 60, 60], [60, 180, 60], [60, 60, 200], [180, 180, 60]],
  ...[[180, 60, 180], [60, 180, 180], [128, 128, 128], [230, 230, 230]],
].map(([r, g, b]) => [r, g, b, 255]);
const COLUMNS = 4;

/** Runs in the page. `decoder` names the HEIC decoder to pass. */
const CONVERT = `(async ({ path, decoder, stopped, ...options }) => {
  const photo = new File([await (await fetch(path)).blob()], "IMG_1.HEIC");
  const controller = new AbortController();
  const decoders = {
    heicTo: () => import("/heic-to.js"),
    failing: () => Promise.reject(new Error("no such module")),
    other: () => Promise.resolve({ heicTo: () => createImageBitmap(new ImageData(3, 2)) }),
    stopped: () => new Promise(() => controller.abort()),
  };
  const { data, error } = await client.convertPhoto(photo, {
    ...options, heicDecoder: decoders[decoder], signal: controller.signal,
  });
  if (error) return { code: error.code };
  const { photo: converted, error: kept, ...facts } = data;
  const bytes = new Uint8Array(await converted.arrayBuffer());
  return {
    ...facts,
    isKept: converted === photo,
    why: kept && kept.code + ": " + kept.message,
    name: converted.name,
    type: converted.type,
    base64: bytes.toBase64(),
  };
})`;

interface Converted {
  from: string | null;
  by: string | null;
  inWorker: boolean;
  isKept: boolean;
  why: string | null;
  name: string;
  type: string;
  base64: string;
  code?: string;
}

interface Options {
  path: string;
  decoder?: "heicTo" | "failing" | "other" | "stopped";
  downscale?: { longSide: number };
}

const HEIC = "/fixtures/phones/browser-p3-rotated.heic";
const AVIF = "/fixtures/phones/browser-p3-rotated.avif";

/** Steps of the test in a browser, in any order. */
export async function conversionSteps(
  t: Deno.TestContext,
  { page, files, open }: ClientPage,
): Promise<void> {
  const convert = (options: Options) =>
    page.evaluate<Converted>(`${CONVERT}(${JSON.stringify(options)})`);

  await t.step("a JPEG in Display P3 keeps its colours when it is downscaled", async () => {
    const size = { width: 512, height: 256 };
    const photo = draw(size, (x, y) => PATCHES[COLUMNS * (y >> 7) + (x >> 7)]);
    const icc = rgbProfile("Display P3", DISPLAY_P3);
    const jpeg = await fileOf(photo, MagickFormat.Jpeg, { icc, quality: 98 });
    files.made.set("/p3.jpg", withOrientation(jpeg, 6));
    const smaller = await convert({ path: "/p3.jpg", downscale: { longSide: 128 } });
    assert.deepEqual([smaller.by, smaller.inWorker, smaller.why], ["browser", true, null]);
    await assertPatches(smaller);
  });

  await t.step("a photo with transparent pixels keeps them when it is downscaled", async () => {
    const half = draw({ width: 400, height: 100 }, (x, y) => [x & 255, y, 9, x < 200 ? 0 : 255]);
    files.made.set("/half.png", await fileOf(half, MagickFormat.Png));
    const smaller = await convert({ path: "/half.png", downscale: { longSide: 40 } });
    assert.equal(smaller.type, "image/png");
    using picture = await decoded(Uint8Array.fromBase64(smaller.base64));
    const image = picture.read({ x: 0, y: 0, ...picture.size });
    assert.deepEqual([at(image, 5, 5)[3], at(image, 35, 5)[3]], [0, 255]);
  });

  await t.step("a photo that the browser decodes becomes a JPEG", async () => {
    const made = await convert({ path: AVIF });
    const { from, by, inWorker, type, name } = made;
    assert.deepEqual({ from, by, inWorker, type, name }, {
      ...{ from: "image/avif", by: "browser", inWorker: true },
      ...{ type: "image/jpeg", name: "IMG_1.HEIC" },
    });
    await assertPatches(made);
  });

  await t.step("a HEIC that cannot be converted is kept, with the reason", async () => {
    const ways: [Options["decoder"], RegExp][] = [
      [undefined, /^conversion_failed: This browser cannot decode .+ Set convert\.heicDecoder/],
      ["failing", /^conversion_failed: .+ sent as it is\. \(no such module\)/],
      ["other", /^conversion_failed: .+an image of another size than the HEIC's/],
    ];
    for (const [decoder, why] of ways) {
      const kept = await convert({ path: HEIC, decoder });
      assert.deepEqual([kept.isKept, kept.by, kept.from], [true, null, "image/heic"]);
      assert.match(kept.why!, why);
    }
    assert.equal((await convert({ path: HEIC, decoder: "stopped" })).code, "aborted");
    assert.equal(files.requested.includes("/heic-to.js"), false);
  });

  await t.step("a HEIC is converted by heic-to, with the file's own colour profile", async () => {
    const made = await convert({ path: HEIC, decoder: "heicTo" });
    const { from, by, inWorker, type, why } = made;
    assert.deepEqual({ from, by, inWorker, type, why }, {
      ...{ from: "image/heic", by: "heicDecoder", inWorker: true },
      ...{ type: "image/jpeg", why: null },
    });
    await assertPatches(made);
  });

  await t.step("a HEIC's primary image is converted, not the first one", async () => {
    const item = async (name: string) => codedItem(await fixture(`phones/${name}.heic`));
    const items = [await item("other"), await item("quarters")];
    files.made.set("/two.heic", heifOf({ items, primary: 2 }));
    const made = await convert({ path: "/two.heic", decoder: "heicTo" });
    using photo = await decoded(Uint8Array.fromBase64(made.base64));
    const image = photo.read({ x: 0, y: 0, ...photo.size });
    assertNear(at(image, 16, 16), [220, 30, 30, 255], 6);
    assertNear(at(image, 48, 48), [230, 200, 40, 255], 6);
  });

  await t.step("without the worker's file the worker starts from text", async () => {
    files.missing.add("/client/src/render_worker.ts");
    await open();
    const made = await convert({ path: AVIF });
    assert.equal(made.inWorker, true);
    await assertPatches(made);
    files.missing.clear();
  });

  await t.step("without workers the page itself converts", async () => {
    await open();
    await page.evaluate("delete globalThis.Worker");
    const made = await convert({ path: AVIF });
    assert.deepEqual([made.by, made.inWorker], ["browser", false]);
    await assertPatches(made);
    await page.evaluate("delete globalThis.OffscreenCanvas");
    await assertPatches(await convert({ path: AVIF }));
  });
}

/** Checks a converted photo as the function reads it: upright, in the right colours, without an orientation. */
async function assertPatches({ base64 }: Converted): Promise<void> {
  const bytes = Uint8Array.fromBase64(base64);
  const text = new TextDecoder("latin1").decode(bytes);
  assert.equal(text.includes(new TextDecoder("latin1").decode(exif(1).subarray(0, 6))), false);
  using photo = await decoded(bytes);
  assert.deepEqual(photo.size, { width: 64, height: 128 });
  const image = photo.read({ x: 0, y: 0, ...photo.size });
  PATCHES.forEach((color, index) => {
    // Turned clockwise by 90 degrees: the lower row is the left column.
    const [x, y] = [index < COLUMNS ? 48 : 16, 16 + 32 * (index % COLUMNS)];
    assertNear(at(image, x, y), p3ToSrgb(color), 6, `patch ${index}`);
  });
}
