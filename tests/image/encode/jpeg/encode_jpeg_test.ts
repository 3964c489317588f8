// Proves that the JPEG for the background remover has the bytes that ImageMagick writes.
import assert from "node:assert/strict";
import {
  AlphaAction,
  Density,
  DensityUnit,
  type IMagickImage,
  MagickFormat,
  MagickImage,
  MagickReadSettings,
} from "@imagemagick/magick-wasm";
import { encodeJpeg } from "../../../../shared/image/encode/jpeg/encode_jpeg.ts";
import { withMagick } from "../../../../shared/image/engine/magick.ts";
import { decoded, fixture } from "../../../helpers/fixtures.ts";
import { pictureBytes } from "../../../helpers/random_bytes.ts";

const INCH = { x: 72, y: 72, unit: 1 };

/** Encodes with the settings of `DecodedPhoto`. */
function toJpeg(image: IMagickImage, quality: number): Uint8Array {
  image.quality = quality;
  image.settings.setDefine(MagickFormat.Jpeg, "sampling-factor", "4:2:0");
  image.settings.setDefine(MagickFormat.Jpeg, "optimize-coding", false);
  return image.write(MagickFormat.Jpeg, (bytes) => bytes.slice());
}

function withAlpha(rgb: Uint8Array): Uint8Array {
  const rgba = new Uint8Array((rgb.length / 3) * 4).fill(255);
  for (let i = 0; i < rgb.length; i++) rgba[Math.floor(i / 3) * 4 + i % 3] = rgb[i];
  return rgba;
}

/** Encodes pixels by ImageMagick. */
function byMagick(
  rgb: Uint8Array,
  width: number,
  height: number,
  quality: number,
  density = new Density(72, 72, DensityUnit.PixelsPerInch),
): Promise<Uint8Array> {
  return withMagick(() => {
    const settings = new MagickReadSettings({ format: MagickFormat.Rgba, width, height, depth: 8 });
    const image = MagickImage.create(withAlpha(rgb), settings);
    try {
      image.alpha(AlphaAction.Off);
      image.density = density;
      return toJpeg(image, quality);
    } finally {
      image.dispose();
    }
  });
}

const byKernels = (
  rgb: Uint8Array,
  width: number,
  height: number,
  quality: number,
  density = INCH,
) =>
  encodeJpeg(
    { width, height },
    quality,
    density,
    (y, count) => rgb.subarray(y * width * 3, (y + count) * width * 3),
  );

const SIZES = [
  ...Array.from({ length: 34 }, (_, i) => [i + 1, 37 - i]),
  ...[[48, 16], [16, 48], [333, 100], [1, 100], [100, 1], [2_000, 3]],
];

for (const [width, height] of SIZES) {
  Deno.test(`encodeJpeg() writes ImageMagick's bytes: ${width} x ${height}`, async () => {
    const rgb = pictureBytes(width * height * 3, width * 100 + height);
    assert.deepEqual(byKernels(rgb, width, height, 85), await byMagick(rgb, width, height, 85));
  });
}

for (const quality of [1, 10, 25, 49, 50, 51, 75, 85, 90]) {
  Deno.test(`encodeJpeg() writes ImageMagick's bytes at quality ${quality}`, async () => {
    // The largest values and differences that there are, which take the longest codes.
    const extreme = pictureBytes(64 * 64 * 3, quality).map((value) => value & 128 ? 255 : 0);
    for (const rgb of [pictureBytes(64 * 64 * 3, quality), extreme]) {
      assert.deepEqual(byKernels(rgb, 64, 64, quality), await byMagick(rgb, 64, 64, quality));
    }
  });
}

Deno.test("a photo's JPEG of a higher quality has the bytes of ImageMagick's more exact transform", async () => {
  using photo = await decoded(await fixture("small.jpg"));
  const { width, height } = photo.size;
  const { data } = photo.readRows(0, height);
  assert.deepEqual(photo.toJpeg(91), await byMagick(data, width, height, 91));
});

Deno.test("encodeJpeg() states ImageMagick's density", async () => {
  const rgb = pictureBytes(20 * 20 * 3, 1);
  for (const [x, y, unit] of [[300, 300, 1], [118, 119, 2], [3, 2, 0], [72, 72, 0]]) {
    assert.deepEqual(
      byKernels(rgb, 20, 20, 85, { x, y, unit }),
      await byMagick(rgb, 20, 20, 85, new Density(x, y, unit as DensityUnit)),
    );
  }
});

Deno.test("encodeJpeg() leaves grey pictures to ImageMagick, also one that is nearly grey", () => {
  const grey = new Uint8Array(21 * 5 * 3).fill(90);
  assert.equal(byKernels(grey, 21, 5, 85), null);
  for (const at of [0, 21 * 3 - 1, 21 * 5 * 3 - 1]) {
    const nearly = grey.slice();
    nearly[at]++;
    assert.notEqual(byKernels(nearly, 21, 5, 85), null, `${at}`);
  }
});

for (
  const name of ["street.jpg", "small.jpg", "dark.jpg", "street.heic", "expected/subject.png"]
) {
  Deno.test(`a photo's JPEG has ImageMagick's bytes: ${name}`, async () => {
    using photo = await decoded(await fixture(name));
    const { data } = photo.readRows(0, photo.size.height);
    const { width, height } = photo.size;
    const given = photo.toJpeg(85);
    if (photo.hasAlpha) return assert.ok(given.length > 0);
    const [x, y] = [14, 16].map((at) => given[at] * 256 + given[at + 1]);
    assert.deepEqual(
      given,
      await byMagick(data, width, height, 85, new Density(x, y, given[13] as DensityUnit)),
    );
  });
}
