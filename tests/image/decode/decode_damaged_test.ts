// Proves that decoding refuses or marks damaged files, and never throws.
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { decoded, decodeUpload, fixture } from "../../helpers/fixtures.ts";
import { fileOf, rasterOf } from "../../helpers/magick_files.ts";
import { at } from "../../helpers/pixels.ts";
import { assertFails } from "../../helpers/result.ts";
import { pngClaiming } from "../../helpers/tiny_files.ts";

/** Enough noise that every part of each file matters. */
const photo = await rasterOf(await fixture("small.jpg"), (image) => image.resize(160, 107));
const FORMATS = [
  MagickFormat.Jpeg,
  MagickFormat.Png,
  MagickFormat.WebP,
  MagickFormat.Tiff,
  MagickFormat.Gif,
  MagickFormat.Bmp,
  MagickFormat.Avif,
];
const FILES: [name: string, file: Uint8Array][] = [
  ...await Promise.all(
    FORMATS.map(async (
      format,
    ): Promise<[string, Uint8Array]> => [format, await fileOf(photo, format, { quality: 85 })]),
  ),
  ["HEIC", await fixture("formats/small.heic")],
];

async function assertStillWorks(): Promise<void> {
  using good = await decoded(FILES[1][1]);
  assert.deepEqual(at(good.read({ x: 0, y: 0, ...good.size }), 80, 50), at(photo, 80, 50));
}

for (const [name, file] of FILES) {
  for (const share of [0.1, 0.3, 0.5, 0.8, 0.95]) {
    Deno.test(`decodePhoto() refuses ${name} that ends after ${share * 100} %`, async () => {
      const part = file.subarray(0, Math.floor(file.length * share));
      assertFails(await decodeUpload(part), "invalid_image");
      await assertStillWorks();
    });
  }

  Deno.test(`decodePhoto() never throws for ${name} with wrong bytes`, async () => {
    let seed = 11;
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 12; round++) {
      const broken = file.slice();
      for (let i = 0; i < 20; i++) broken[16 + random(file.length - 16)] = random(256);
      const result = await decodeUpload(broken);
      if (result.ok) result.value[Symbol.dispose]();
      else {assert.match(
          result.error.code,
          /^(invalid_image|unsupported_image_type|unsupported_image_encoding|image_too_large)$/,
        );}
    }
    await assertStillWorks();
  });
}

Deno.test("decodePhoto() refuses a header without a picture", async () => {
  assertFails(await decodeUpload(pngClaiming(100, 100, 60)), "invalid_image");
});

Deno.test("decodePhoto() refuses a JPEG without its end", async () => {
  const jpeg = await fixture("dark.jpg");
  const error = assertFails(
    await decodeUpload(jpeg.subarray(0, jpeg.length >> 1)),
    "invalid_image",
  );
  assert.equal(error.status, 422);
  assert.match(error.message, /damaged/);
});

Deno.test("decodePhoto() marks a photo as damaged if the decoder had to guess", async () => {
  const jpeg = (await fixture("dark.jpg")).slice();
  jpeg.set([0xff, 0xd3], jpeg.length >> 1); // an unexpected restart marker
  using photo = await decoded(jpeg);
  assert.equal(photo.damaged, true);
  assert.deepEqual(photo.originalSize, { width: 1600, height: 1067 });
});

Deno.test("decodePhoto() does not repeat the decoder's messages", async () => {
  const error = assertFails(await decodeUpload(FILES[1][1].subarray(0, 900)), "invalid_image");
  assert.doesNotMatch(error.message, /magick|delegate|@ error|libpng/i);
});

Deno.test("decodePhoto() refuses a JPEG whose header claims ten times its rows, with the share that is present", async () => {
  const file = (await fixture("small.jpg")).slice();
  const frame = file.findIndex((byte, at) => byte === 0xff && file[at + 1] === 0xc0);
  const height = 5; // behind the marker, the length and the precision
  new DataView(file.buffer).setUint16(frame + height, 4_270);
  const error = assertFails(await decodeUpload(file), "invalid_image");
  assert.match(error.message, /only 10\.1 % of the picture's data is present/);
});
