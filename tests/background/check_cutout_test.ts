// Proves which masks and images are accepted as a cutout, and which are refused before or after decoding.
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { BackgroundError } from "../../shared/background/background_error.ts";
import { checkCutout } from "../../shared/background/check_cutout.ts";
import type { Raster } from "../../shared/image/raster.ts";
import { latin1 } from "../helpers/bytes.ts";
import { fixture } from "../helpers/fixtures.ts";
import { fileOf, rasterOf } from "../helpers/magick_files.ts";
import { at, box, draw, type Rgba, within } from "../helpers/pixels.ts";
import { pngClaiming } from "../helpers/tiny_files.ts";

const SIZE = { width: 80, height: 50 };
const CAR = { x: 20, y: 10, width: 40, height: 30 };
const RED: Rgba = [200, 30, 20, 255];
const WHITE: Rgba = [255, 255, 255, 255];
const BLACK: Rgba = [0, 0, 0, 255];
const png = (image: Raster) => fileOf(image, MagickFormat.Png);
const grey = (value: (x: number, y: number) => number) =>
  draw(SIZE, (x, y) => [value(x, y), value(x, y), value(x, y), 255]);
const maskOf = (rect = CAR) => grey((x, y) => within(rect, x, y) ? 255 : 0);

/** Creates a mask whose first `pixels` pixels are covered. */
const share = (pixels: number) => grey((x, y) => y * SIZE.width + x < pixels ? 255 : 0);

async function assertInvalid(
  bytes: Promise<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer>,
  kind: "mask" | "image",
): Promise<void> {
  await assert.rejects(checkCutout(await bytes, SIZE, kind, "API4.ai"), (error) => {
    assert.ok(error instanceof BackgroundError, String(error));
    assert.equal(error.code, "background_removal_invalid_reply");
    return true;
  });
}

Deno.test("checkCutout() reads a grey mask", async () => {
  const cutout = await checkCutout(await png(maskOf()), SIZE, "mask", "API4.ai");
  assert.ok(cutout.kind === "mask");
  assert.deepEqual([cutout.mask.width, cutout.mask.height], [80, 50]);
  assert.equal(cutout.mask.data[10 * 80 + 20], 255);
  assert.equal(cutout.mask.data[10 * 80 + 19], 0);
});

Deno.test("checkCutout() keeps the soft values of a mask", async () => {
  const soft = grey((x) => x * 3);
  const cutout = await checkCutout(await png(soft), SIZE, "mask", "API4.ai");
  assert.ok(cutout.kind === "mask");
  for (const x of [0, 1, 40, 79]) assert.equal(cutout.mask.data[x], x * 3);
});

Deno.test("checkCutout() reads an RGBA image with straight alpha", async () => {
  const image = draw(SIZE, (x, y) => within(CAR, x, y) ? [200, 30, 20, x * 4] : [0, 0, 0, 0]);
  const cutout = await checkCutout(await png(image), SIZE, "image", "API4.ai");
  assert.ok(cutout.kind === "image");
  assert.deepEqual(at(cutout.image, 50, 20), [200, 30, 20, 200]);
});

Deno.test("checkCutout() reads the fixtures' cutout and mask", async () => {
  const { width, height } = await rasterOf(await fixture("dark.cutout.png"));
  assert.equal(
    (await checkCutout(await fixture("dark.cutout.png"), { width, height }, "image", "API4.ai"))
      .kind,
    "image",
  );
  const size = { width: 1600, height: 1067 };
  assert.equal(
    (await checkCutout(await fixture("dark.mask.png"), size, "mask", "API4.ai")).kind,
    "mask",
    "API4.ai",
  );
});

Deno.test("checkCutout() refuses another size, including swapped sides", async () => {
  for (const [width, height] of [[50, 80], [79, 50], [80, 49], [160, 100], [1, 1]]) {
    const file = await png(box({ width, height }, CAR, RED));
    for (const kind of ["image", "mask"] as const) await assertInvalid(file, kind);
  }
});

Deno.test("checkCutout() refuses an oversized image before decoding it", async () => {
  await assertInvalid(pngClaiming(30_000, 30_000, 50), "mask");
});

Deno.test("checkCutout() refuses an empty cutout", async () => {
  await assertInvalid(png(grey(() => 0)), "mask");
  await assertInvalid(png(box(SIZE, { x: 0, y: 0, width: 0, height: 0 }, RED)), "image");
});

Deno.test("checkCutout() refuses a cutout of the whole frame", async () => {
  await assertInvalid(png(grey(() => 255)), "mask");
  await assertInvalid(png(draw(SIZE, () => RED)), "image");
});

Deno.test("checkCutout() refuses an image without alpha in an RGBA mode", async () => {
  await assertInvalid(fileOf(draw(SIZE, () => RED), MagickFormat.Png24), "image");
});

Deno.test("checkCutout() accepts coverage from 0.2 % to 99.5 % of the frame", async () => {
  await assertInvalid(png(share(7)), "mask"); // of 4000
  assert.ok(await checkCutout(await png(share(8)), SIZE, "mask", "API4.ai"));
  assert.ok(await checkCutout(await png(share(3_980)), SIZE, "mask", "API4.ai"));
  await assertInvalid(png(share(3_981)), "mask");
});

Deno.test("checkCutout() counts pixels that are covered by more than a half", async () => {
  await assertInvalid(png(grey(() => 127)), "mask");
  assert.ok(await checkCutout(await png(grey((x) => x < 40 ? 128 : 0)), SIZE, "mask", "API4.ai"));
});

Deno.test("checkCutout() refuses other formats and truncated PNGs", async () => {
  await assertInvalid(new Uint8Array(), "mask");
  await assertInvalid(latin1("not an image"), "mask");
  await assertInvalid(fileOf(maskOf(), MagickFormat.Jpeg), "mask");
  const whole = await png(grey((x, y) => (x * 37 + y * 91) % 256));
  await assertInvalid(whole.subarray(0, whole.length >> 1), "mask");
});

Deno.test("checkCutout() accepts a narrow car in a large frame, wherever its columns lie", async () => {
  const size = { width: 2_048, height: 1_600 };
  // Samples at a distance that divides the frame's width would all miss these columns.
  const car = { x: 993, y: 0, width: 31, height: size.height };
  const mask = await png(draw(size, (x, y) => within(car, x, y) ? WHITE : BLACK));
  assert.ok(await checkCutout(mask, size, "mask", "API4.ai"));
});
