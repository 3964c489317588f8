// Proves that a photo's type and size are read from its header, and which photos are refused before decoding.
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { INPUT_FORMATS, type InputFormat } from "../../../shared/image/image_format.ts";
import { inspectPhoto } from "../../../shared/image/decode/inspect_photo.ts";
import { concat, latin1, u16 } from "../../helpers/bytes.ts";
import { fixture } from "../../helpers/fixtures.ts";
import { fileOf } from "../../helpers/magick_files.ts";
import { withEveryMetadata, withOrientation, withSegments } from "../../helpers/metadata.ts";
import { solid } from "../../helpers/pixels.ts";
import { assertFails, valueOf } from "../../helpers/result.ts";
import { pngClaiming } from "../../helpers/tiny_files.ts";

/** The README's maximum number of pixels on a side. */
const MAX_SIDE_PX = 16_384;
const LIMITS = { maxPixels: 64_000_000 };
const picture = solid({ width: 37, height: 23 }, [200, 40, 30, 255]);
const jpeg = await fileOf(picture, MagickFormat.Jpeg);

const FILES: Record<Exclude<InputFormat, "heic">, MagickFormat> = {
  jpeg: MagickFormat.Jpeg,
  png: MagickFormat.Png,
  webp: MagickFormat.WebP,
  avif: MagickFormat.Avif,
  tiff: MagickFormat.Tiff,
  bmp: MagickFormat.Bmp,
  gif: MagickFormat.Gif,
};

for (const [format, magick] of Object.entries(FILES)) {
  Deno.test(`inspectPhoto() reads the size of a ${format}`, async () => {
    const header = valueOf(inspectPhoto(await fileOf(picture, magick), LIMITS));
    assert.deepEqual([header.format, header.width, header.height], [format, 37, 23]);
  });
}

Deno.test("inspectPhoto() reads the size of a heic", async () => {
  const header = valueOf(inspectPhoto(await fixture("formats/small.heic"), LIMITS));
  assert.equal(header.format, "heic");
  assert.ok(header.width > 0 && header.height > 0);
});

Deno.test("inspectPhoto() returns the size as stored, whatever the EXIF orientation", () => {
  const { width, height } = valueOf(inspectPhoto(withOrientation(jpeg, 6), LIMITS));
  assert.deepEqual([width, height], [37, 23]);
});

Deno.test("inspectPhoto() finds the size after metadata", () => {
  const large = { marker: 0xffe1, data: new Uint8Array(65_000) };
  const file = withSegments(withEveryMetadata(jpeg), [large, large, large]);
  assert.equal(valueOf(inspectPhoto(file, LIMITS)).width, 37);
});

Deno.test("inspectPhoto() refuses 50 kB that claim 30000 x 30000 pixels", () => {
  const bomb = pngClaiming(30_000, 30_000, 50_000);
  assert.ok(bomb.length < 51_000);
  const error = assertFails(inspectPhoto(bomb, LIMITS), "image_too_large");
  assert.equal(error.status, 422);
  assert.match(error.message, /30000 x 30000/);
  assert.deepEqual(error.details, {
    width: 30_000,
    height: 30_000,
    max_pixels: 64_000_000,
    max_side: MAX_SIDE_PX,
  });
});

Deno.test("inspectPhoto() refuses a strip with an oversized side", () => {
  assert.ok(inspectPhoto(pngClaiming(MAX_SIDE_PX, 1, 9), LIMITS).ok);
  assertFails(inspectPhoto(pngClaiming(MAX_SIDE_PX + 1, 1, 9), LIMITS), "image_too_large");
  assertFails(inspectPhoto(pngClaiming(1, MAX_SIDE_PX + 1, 9), LIMITS), "image_too_large");
});

Deno.test("inspectPhoto() accepts exactly the limit's pixels and refuses one more", () => {
  assert.ok(inspectPhoto(pngClaiming(100, 10, 9), { maxPixels: 1_000 }).ok);
  assertFails(inspectPhoto(pngClaiming(7, 143, 9), { maxPixels: 1_000 }), "image_too_large");
});

Deno.test("inspectPhoto() reports an empty file as a missing image", () => {
  assertFails(inspectPhoto(new Uint8Array(), LIMITS), "missing_image");
});

for (const text of ["just text, and more of it", "<svg width='9'/>", "%PDF-1.7 and so on", "\0"]) {
  Deno.test(`inspectPhoto() refuses ${JSON.stringify(text)} and lists the supported types`, () => {
    const error = assertFails(inspectPhoto(latin1(text), LIMITS), "unsupported_image_type");
    assert.equal(error.status, 415);
    assert.deepEqual(error.details, { supported: INPUT_FORMATS });
    for (const format of INPUT_FORMATS) assert.ok(error.message.includes(format), error.message);
  });
}

Deno.test("inspectPhoto() refuses an empty size", () => {
  assertFails(inspectPhoto(pngClaiming(0, 10, 9), LIMITS), "invalid_image");
});

Deno.test("inspectPhoto() refuses truncated headers, and never throws", async () => {
  for (const magick of Object.values(FILES)) {
    const file = await fileOf(picture, magick);
    for (let length = 1; length < Math.min(file.length, 200); length++) {
      const inspected = inspectPhoto(file.subarray(0, length), LIMITS);
      if (inspected.ok) {
        assert.deepEqual(
          [inspected.value.width, inspected.value.height],
          [37, 23],
          `${magick} ${length}`,
        );
      } else assert.match(inspected.error.code, /^(invalid_image|unsupported_image_type)$/);
    }
  }
  assertFails(inspectPhoto(jpeg.subarray(0, 20), LIMITS), "invalid_image");
});

Deno.test("inspectPhoto() survives JPEG segments with wrong lengths", () => {
  for (const length of [0, 1, 0xffff]) {
    const file = concat([0xff, 0xd8, 0xff, 0xe0], u16(length), new Array(64).fill(0xff));
    assertFails(inspectPhoto(file, LIMITS), "invalid_image");
  }
});
