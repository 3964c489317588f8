// Proves that photos of every type are decoded upright, with their alpha, and at their working size.
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { CARS, decoded, fixture } from "../../helpers/fixtures.ts";
import { lanczos } from "../../helpers/lanczos.ts";
import { fileOf, rasterOf } from "../../helpers/magick_files.ts";
import { withEveryMetadata, withOrientation, withPngOrientation } from "../../helpers/metadata.ts";
import { assertNear, at, draw, type Rgba, solid } from "../../helpers/pixels.ts";
import { psnr } from "../../helpers/psnr.ts";
import { greyGif, greyTiff } from "../../helpers/tiny_files.ts";

const SIZE = { width: 96, height: 64 };
const RED: Rgba = [220, 30, 30, 255];
const GREEN: Rgba = [30, 200, 40, 255];
const BLUE: Rgba = [30, 50, 220, 255];
const GOLD: Rgba = [230, 200, 40, 255];
/** Four quarters: red and green at the top, blue and gold at the bottom. */
const quarters = draw(SIZE, (x, y) => y < 32 ? (x < 48 ? RED : GREEN) : (x < 48 ? BLUE : GOLD));
const smooth = draw(SIZE, (x, y) => [100 + x, 60 + 2 * y, 220 - x, 255]);
const soft = draw(SIZE, (x, y) => [100 + x, 60 + 2 * y, 220 - x, 255 - x * 2]);

/** The positions of the four quarters by the EXIF standard's table: upper left, upper right, lower left, lower right. */
const ORIENTATIONS: [orientation: number, turned: boolean, corners: Rgba[]][] = [
  [1, false, [RED, GREEN, BLUE, GOLD]],
  [2, false, [GREEN, RED, GOLD, BLUE]],
  [3, false, [GOLD, BLUE, GREEN, RED]],
  [4, false, [BLUE, GOLD, RED, GREEN]],
  [5, true, [RED, BLUE, GREEN, GOLD]],
  [6, true, [BLUE, RED, GOLD, GREEN]],
  [7, true, [GOLD, GREEN, BLUE, RED]],
  [8, true, [GREEN, GOLD, RED, BLUE]],
];

for (const [orientation, turned, corners] of ORIENTATIONS) {
  Deno.test(`decodePhoto() turns a photo of EXIF orientation ${orientation} upright`, async () => {
    const jpeg = withOrientation(await fileOf(quarters, MagickFormat.Jpeg), orientation);
    using photo = await decoded(jpeg);
    const [width, height] = turned ? [64, 96] : [96, 64];
    assert.deepEqual(photo.size, { width, height });
    assert.deepEqual(photo.originalSize, { width, height });
    const image = photo.read({ x: 0, y: 0, width, height });
    const places = [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]];
    places.forEach(([x, y], i) =>
      assertNear(at(image, Math.floor(x * width), Math.floor(y * height)), corners[i], 12)
    );
  });
}

Deno.test("decodePhoto() treats unknown EXIF orientations as upright", async () => {
  for (const orientation of [0, 9, 65_535]) {
    const jpeg = withOrientation(await fileOf(quarters, MagickFormat.Jpeg), orientation);
    using photo = await decoded(jpeg);
    assert.deepEqual(photo.size, SIZE);
  }
});

Deno.test("a photo of an unknown EXIF orientation keeps its size in its file", async () => {
  const formats = [MagickFormat.Jpeg, MagickFormat.Png24, MagickFormat.Png8] as const;
  for (const format of formats) {
    const file = await fileOf(quarters, format);
    const turn = format === MagickFormat.Jpeg ? withOrientation : withPngOrientation;
    for (const orientation of [0, 9, 10, 99, 65_535]) {
      using photo = await decoded(turn(file, orientation));
      assert.deepEqual([photo.size, photo.originalSize], [SIZE, SIZE], `${format} ${orientation}`);
    }
  }
});

Deno.test("decodePhoto() turns a PNG with an EXIF orientation upright", async () => {
  using photo = await decoded(withPngOrientation(await fileOf(quarters, MagickFormat.Png), 6));
  assert.deepEqual([photo.size, photo.originalSize], [{ width: 64, height: 96 }, {
    width: 64,
    height: 96,
  }]);
  assert.deepEqual(at(photo.read({ x: 0, y: 0, ...photo.size }), 5, 5), BLUE);
});

const FORMATS: [format: MagickFormat, leastDb: number][] = [
  [MagickFormat.Jpeg, 38],
  [MagickFormat.Png, Infinity],
  [MagickFormat.WebP, 36],
  [MagickFormat.Avif, 36],
  [MagickFormat.Tiff, Infinity],
  [MagickFormat.Bmp, Infinity],
  [MagickFormat.Gif, 25],
];

for (const [format, leastDb] of FORMATS) {
  Deno.test(`decodePhoto() reads ${format}`, async () => {
    using photo = await decoded(await fileOf(smooth, format));
    assert.deepEqual(photo.size, SIZE);
    assert.equal(photo.damaged, false);
    const similarity = psnr(photo.read({ x: 0, y: 0, ...SIZE }), smooth);
    assert.ok(similarity >= leastDb, `${similarity} dB`);
  });
}

// The engine's size limit consists of whole tiles: this file fills them.
for (const format of ["Jpeg", "Png", "WebP", "Tiff", "Bmp", "Gif", "Avif"] as const) {
  Deno.test(`decodePhoto() reads a ${format} whose sides are multiples of 1024 pixels`, async () => {
    const file = await fileOf(solid({ width: 1_024, height: 1_024 }, RED), MagickFormat[format]);
    using photo = await decoded(file);
    assert.deepEqual(photo.originalSize, { width: 1_024, height: 1_024 });
    assertNear(at(photo.read({ x: 1_000, y: 1_000, width: 1, height: 1 }), 0, 0), RED, 3);
  });
}

Deno.test("decodePhoto() reads HEIC", async () => {
  using photo = await decoded(await fixture("formats/small.heic"));
  const { width, height } = photo.size;
  const jpeg = await rasterOf(await fixture("small.jpg"), (image) => image.resize(width, height));
  assert.ok(psnr(photo.read({ x: 0, y: 0, width, height }), jpeg) > 30);
});

for (const format of [MagickFormat.Png, MagickFormat.WebP, MagickFormat.Tiff, MagickFormat.Avif]) {
  Deno.test(`decodePhoto() keeps the alpha of a ${format}`, async () => {
    using photo = await decoded(await fileOf(soft, format, { quality: 98 }));
    assert.equal(photo.hasAlpha, true);
    const image = photo.read({ x: 0, y: 0, ...SIZE });
    assertNear(at(image, 10, 10), [110, 80, 210, 235], 6);
    assertNear(at(image, 80, 50), [180, 160, 140, 95], 6);
  });
}

Deno.test("decodePhoto() does not darken edges when it scales down a transparent photo", async () => {
  const disc = draw(
    { width: 400, height: 400 },
    (x, y) => Math.hypot(x - 200, y - 200) < 150 ? RED : [0, 0, 0, 0],
  );
  using photo = await decoded(await fileOf(disc, MagickFormat.Png), 100);
  const { data } = photo.read({ x: 0, y: 0, width: 100, height: 100 });
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] > 30) {
      assertNear([data[i], data[i + 1], data[i + 2], 255], RED, 8, `pixel ${i / 4}`);
    }
  }
});

Deno.test("decodePhoto() reads only the first frame of an animation", async () => {
  using photo = await decoded(greyGif([20, 60, 3]));
  assert.deepEqual(photo.size, { width: 8, height: 8 });
  assertNear(at(photo.read({ x: 0, y: 0, width: 8, height: 8 }), 4, 4), [80, 80, 80, 255], 0);
});

Deno.test("decodePhoto() reads the first frame of an animation with five hundred frames", async () => {
  using photo = await decoded(greyGif(new Array(500).fill(0).map((_, i) => (i + 9) % 64)));
  assertNear(at(photo.read({ x: 0, y: 0, width: 8, height: 8 }), 4, 4), [36, 36, 36, 255], 0);
});

Deno.test("decodePhoto() reads only the first page of a TIFF", async () => {
  using photo = await decoded(greyTiff([200, 10, 90]));
  assertNear(at(photo.read({ x: 0, y: 0, width: 8, height: 8 }), 4, 4), [200, 200, 200, 255], 0);
});

for (const { name, size } of CARS) {
  Deno.test(`decodePhoto() scales ${name}.jpg to its working size and keeps the original size`, async () => {
    using photo = await decoded(await fixture(`${name}.jpg`));
    assert.deepEqual(photo.originalSize, size);
    const { width, height } = photo.size;
    assert.ok(Math.max(width, height) <= 2_048, `${width} x ${height}`);
    assert.ok(Math.max(width, height) >= Math.min(0.85 * 2_048, Math.max(size.width, size.height)));
    assert.ok(Math.abs(width / height - size.width / size.height) < 0.002);
  });
}

Deno.test("decodePhoto() averages whole pixels", async () => {
  const small = await rasterOf(await fixture("small.jpg"));
  using photo = await decoded(await fileOf(small, MagickFormat.Png), 300);
  assert.deepEqual([photo.size, photo.originalSize.width], [{ width: 320, height: 214 }, 640]);
  const half = photo.read({ x: 0, y: 0, width: 320, height: 213 });
  for (const [x, y] of [[0, 0], [160, 100], [319, 5], [77, 55]]) {
    const four = [[0, 0], [1, 0], [0, 1], [1, 1]].map(([dx, dy]) =>
      at(small, 2 * x + dx, 2 * y + dy)
    );
    const mean = [0, 1, 2].map((c) => four.reduce((sum, pixel) => sum + pixel[c], 0) / 4);
    assertNear(at(half, x, y), [mean[0], mean[1], mean[2], 255], 8, `${x}, ${y}`);
  }
});

Deno.test("decodePhoto() scales down smoothly: close to Lanczos", async () => {
  const small = await rasterOf(await fixture("small.jpg"));
  using photo = await decoded(await fileOf(small, MagickFormat.Png), 400);
  const { width, height } = photo.size;
  const reference = lanczos(small, { x: 0, y: 0, width: 640, height: 427 }, { width, height });
  const similarity = psnr(photo.read({ x: 0, y: 0, width, height }), reference);
  assert.ok(similarity >= 38, `${similarity} dB`);
});

Deno.test("decodePhoto() scales a photo of any type to the working size", async () => {
  for (const [format] of FORMATS) {
    using photo = await decoded(await fileOf(smooth, format), 48);
    assert.deepEqual(
      [photo.size, photo.originalSize],
      [{ width: 48, height: 32 }, SIZE],
      `${format}`,
    );
  }
});

Deno.test("read() copies a rectangle, and changes to the copy do not affect the photo", async () => {
  using photo = await decoded(await fileOf(smooth, MagickFormat.Png));
  const part = photo.read({ x: 10, y: 20, width: 5, height: 4 });
  assert.deepEqual([part.width, part.height, part.data.length], [5, 4, 80]);
  assert.deepEqual(at(part, 2, 3), at(smooth, 12, 23));
  part.data.fill(0);
  assert.deepEqual(at(photo.read({ x: 10, y: 20, width: 5, height: 4 }), 2, 3), at(smooth, 12, 23));
});

Deno.test("a nearly square photo keeps its size in its file, turned or not, although its working image is square", async () => {
  const picture = draw({ width: 48, height: 47 }, (x, y) => [x * 5, y * 5, 90, 255]);
  for (const [turn, width, height] of [[1, 48, 47], [3, 48, 47], [6, 47, 48]]) {
    const jpeg = withOrientation(await fileOf(picture, MagickFormat.Jpeg), turn);
    const png = withPngOrientation(await fileOf(picture, MagickFormat.Png24), turn);
    for (const file of [jpeg, png]) {
      using photo = await decoded(file, 24);
      assert.deepEqual(photo.size, { width: 24, height: 24 });
      assert.deepEqual(photo.originalSize, { width, height });
    }
  }
});

Deno.test("toJpeg() has the working size, no metadata, and white in place of transparency", async () => {
  using photo = await decoded(await fileOf(solid(SIZE, [200, 10, 10, 0]), MagickFormat.Png));
  const back = await rasterOf(photo.toJpeg(90));
  assert.deepEqual([back.width, back.height], [96, 64]);
  assertNear(at(back, 40, 40), [255, 255, 255, 255], 2);
  assert.equal(photo.hasAlpha, true); // the photo itself is unchanged
  using tagged = await decoded(withEveryMetadata(await fileOf(smooth, MagickFormat.Jpeg)));
  const text = new TextDecoder("latin1").decode(tagged.toJpeg(90));
  assert.doesNotMatch(text, /Exif|ns\.adobe|Secret|8BIM|IPTC/);
});
