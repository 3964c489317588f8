// Proves that each output type has the exact size, the right pixels and no metadata.
import assert from "node:assert/strict";
import { encode } from "../../../shared/image/encode/encode.ts";
import { sniffFormat } from "../../../shared/image/image_format.ts";
import { decoded, fixture } from "../../helpers/fixtures.ts";
import { partsOf } from "../../helpers/file_parts.ts";
import { rasterOf } from "../../helpers/magick_files.ts";
import { withEveryMetadata, withOrientation } from "../../helpers/metadata.ts";
import { assertNear, at, draw, solid } from "../../helpers/pixels.ts";
import { psnr } from "../../helpers/psnr.ts";

const FORMATS = ["webp", "png", "jpeg"] as const;
const SIZE = { width: 97, height: 61 };
const soft = draw(SIZE, (x, y) => {
  const alpha = Math.max(0, Math.min(255, Math.round((28 - Math.hypot(x - 48, y - 30)) * 30)));
  return [100 + x, 60 + 2 * y, 220 - x, alpha];
});
const opaque = draw(SIZE, (x, y) => [100 + x, 60 + 2 * y, 220 - x, 255]);

/** The parts with pixels and their parameters; everything else is metadata. */
const PIXEL_PARTS = /^(IHDR|IDAT|IEND|sRGB|VP8 |VP8L|VP8X|ALPH|ffdb|ffc0|ffc2|ffc4|ffdd|ffe0)$/;

for (const format of FORMATS) {
  Deno.test(`encode() writes a ${format} of the exact size that decodes to nearly the same picture`, async () => {
    const file = await encode(opaque, format, 90);
    assert.equal(sniffFormat(file), format);
    const back = await rasterOf(file);
    assert.deepEqual([back.width, back.height], [SIZE.width, SIZE.height]);
    const similarity = psnr(back, opaque);
    assert.ok(similarity >= (format === "png" ? Infinity : 38), `${similarity} dB`);
  });

  Deno.test(`encode() writes no metadata into a ${format}`, async () => {
    for (const image of [opaque, soft]) {
      const names = partsOf(await encode(image, format, 82)).map(({ name }) => name);
      assert.ok(names.length > 0);
      assert.deepEqual(names.filter((name) => !PIXEL_PARTS.test(name)), []);
    }
  });

  Deno.test(`a ${format} result has none of the photo's metadata`, async () => {
    const small = await fixture("small.jpg");
    for (
      const file of [withEveryMetadata(small), withOrientation(small, 6), await fixture("dark.jpg")]
    ) {
      using photo = await decoded(file, 300);
      const image = photo.read({ x: 0, y: 0, ...photo.size });
      const names = partsOf(await encode(image, format, 82)).map(({ name }) => name);
      assert.deepEqual(names.filter((name) => !PIXEL_PARTS.test(name)), []);
    }
  });

  Deno.test(`encode() writes a ${format} of one pixel`, async () => {
    const back = await rasterOf(
      await encode(solid({ width: 1, height: 1 }, [200, 30, 20, 255]), format, 100),
    );
    assertNear(at(back, 0, 0), [200, 30, 20, 255], 8);
  });

  Deno.test(`encode() does not change its input for ${format}`, async () => {
    const before = soft.data.slice();
    await encode(soft, format, 50);
    assert.deepEqual(soft.data, before);
  });

  Deno.test(`encode() writes a view from the middle of a buffer as ${format}`, async () => {
    const memory = new Uint8ClampedArray(opaque.data.length + 64);
    memory.set(opaque.data, 64);
    const view = { ...SIZE, data: memory.subarray(64) };
    assert.deepEqual(await encode(view, format, 82), await encode(opaque, format, 82));
  });

  Deno.test(`each ${format} of encode() has its own memory`, async () => {
    const first = await encode(opaque, format, 82);
    const before = first.slice();
    await encode(solid(SIZE, [0, 0, 0, 255]), format, 82);
    assert.deepEqual(first, before);
  });
}

for (const format of ["webp", "png"] as const) {
  Deno.test(`encode() keeps the alpha of a ${format} exactly`, async () => {
    const back = await rasterOf(await encode(soft, format, 82));
    for (let i = 3; i < soft.data.length; i += 4) assert.equal(back.data[i], soft.data[i]);
  });
}

for (const format of ["webp", "jpeg"] as const) {
  Deno.test(`encode() of a ${format} takes fewer bytes at a lower quality`, async () => {
    const sizes = [];
    for (const quality of [10, 50, 95]) sizes.push((await encode(opaque, format, quality)).length);
    assert.ok(sizes[0] < sizes[1] && sizes[1] < sizes[2], `${sizes}`);
  });
}

Deno.test("encode() of a grey picture and of one colour keeps the meaning of RGBA in a png", async () => {
  const grey = draw(SIZE, (x, y) => [x, x, x, y % 2 ? 255 : 0]);
  const back = await rasterOf(await encode(grey, "png", 82));
  assert.deepEqual(at(back, 50, 1), [50, 50, 50, 255]);
  assert.equal(at(back, 50, 2)[3], 0);
});
