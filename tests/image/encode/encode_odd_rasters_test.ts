// Proves that each output type keeps the alpha of any raster exactly, and a PNG its colours too, even if an encoder
// picks a smaller pixel format.
import assert from "node:assert/strict";
import { encode } from "../../../shared/image/encode/encode.ts";
import { flatten } from "../../../shared/image/edit/flatten.ts";
import type { Raster } from "../../../shared/image/raster.ts";
import { rasterOf } from "../../helpers/magick_files.ts";
import { draw, type Rgba, solid } from "../../helpers/pixels.ts";
import { psnr } from "../../helpers/psnr.ts";
import { seeded } from "../../helpers/random.ts";

const SIZE = { width: 48, height: 31 };
const PIXEL = { width: 1, height: 1 };
const grey = (value: number, alpha = 255): Rgba => [value, value, value, alpha];
const paint = (color: (x: number, y: number) => Rgba) => draw(SIZE, color);

/** Unusual rasters by their property. Each is smooth enough for a lossy encoder, or is handled separately below. */
const RASTERS: [what: string, image: Raster][] = [
  ["one opaque pixel", solid(PIXEL, [200, 30, 20, 255])],
  ["one transparent pixel", solid(PIXEL, [0, 0, 0, 0])],
  ["one pixel of half transparent grey", solid(PIXEL, grey(9, 128))],
  ["one grey", paint(() => grey(77))],
  ["two greys", paint((x) => grey(x < 24 ? 10 : 200))],
  ["black and white", paint((x) => grey(x < 24 ? 0 : 255))],
  ["black, white and transparent", paint((x) => x < 16 ? grey(0) : grey(255, x < 32 ? 255 : 0))],
  ["white on transparent white", paint((_, y) => grey(255, y % 2 ? 255 : 0))],
  ["a black shadow", paint((x) => grey(0, x * 5))],
  ["all transparent", paint(() => grey(0, 0))],
  ["all transparent, with colours", paint((x, y) => [x, y, 3, 0])],
  ["all of one alpha", paint((x) => grey(x * 5, 128))],
  ["grey with soft alpha", paint((x, y) => grey(x * 5, y * 8))],
  ["one pixel of 1 and one of 254 in alpha", paint((x, y) => grey(80, x + y ? 254 : 1))],
  ["one transparent pixel in grey", paint((x, y) => grey(50, x === 3 && y === 3 ? 0 : 255))],
  ["more than 256 colours with binary alpha", paint((x, y) => [x * 5, y * 8, 99, x < 9 ? 0 : 255])],
  ["colours with soft alpha", paint((x, y) => [x * 5, y * 8, 99, x * 5])],
  ["colours without transparency", paint((x, y) => [x * 5, y * 8, 99, 255])],
  ["a palette with binary alpha", paint((x) => [x < 24 ? 200 : 20, 30, 40, x < 12 ? 0 : 255])],
  ["a palette with soft alpha", paint((x, y) => [x < 24 ? 200 : 20, 30, 40, y < 16 ? 80 : 160])],
  ["sixteen greys", paint((x) => grey(Math.floor(x / 3) * 17))],
  [
    "sixteen greys with binary alpha",
    paint((x, y) => grey(Math.floor(x / 3) * 17, y < 9 ? 0 : 255)),
  ],
];

function assertAlpha(file: Raster, image: Raster, what: string): void {
  assert.deepEqual([file.width, file.height], [image.width, image.height], what);
  for (let i = 3; i < image.data.length; i += 4) {
    assert.equal(file.data[i], image.data[i], `${what}: alpha of pixel ${(i - 3) / 4}`);
  }
}

/** Returns the colours of visible pixels. */
function assertColors(file: Raster, image: Raster, what: string): void {
  for (let i = 0; i < image.data.length; i += 4) {
    if (image.data[i + 3] === 0) continue;
    const [actual, expected] = [file, image].map(({ data }) => [...data.subarray(i, i + 3)]);
    assert.deepEqual(actual, expected, `${what}: pixel ${i / 4}`);
  }
}

for (const [what, image] of RASTERS) {
  Deno.test(`encode() keeps alpha and colours of a png of ${what}`, async () => {
    const file = await rasterOf(await encode(image, "png", 84));
    assertAlpha(file, image, what);
    assertColors(file, image, what);
  });

  Deno.test(`encode() keeps the alpha of a webp of ${what}, and its colours approximately`, async () => {
    const file = await rasterOf(await encode(image, "webp", 100));
    assertAlpha(file, image, what);
    const similarity = psnr(file, image);
    assert.ok(similarity > 28, `${similarity} dB`);
  });

  Deno.test(`encode() writes an opaque jpeg of ${what}`, async () => {
    const flat = flatten(image, { r: 90, g: 90, b: 90, a: 255 });
    const file = await rasterOf(await encode(flat, "jpeg", 100));
    assertAlpha(file, flat, what);
    const similarity = psnr(file, flat);
    assert.ok(similarity > 28, `${similarity} dB`);
  });
}

Deno.test("encode() keeps the alpha of a grey png, whatever grey its transparent pixels have", async () => {
  for (let key = 0; key < 256; key++) {
    const image = draw({ width: 4, height: 1 }, (x) => x === 0 ? grey(key, 0) : grey(key ^ x));
    const file = await rasterOf(await encode(image, "png", 84));
    assertAlpha(file, image, `grey ${key}`);
    assertColors(file, image, `grey ${key}`);
  }
});

Deno.test("encode() keeps alpha and colours of a png of a few random colours and alphas", async () => {
  const below = seeded(7);
  for (let run = 0; run < 200; run++) {
    const isGrey = below(2) === 0;
    const alphas = [0, 255, below(256)].slice(0, 1 + below(3));
    const colors = Array.from({ length: 1 + below(5) }, (): Rgba => {
      const [r, g, b] = [below(256), below(256), below(256)];
      const alpha = alphas[below(alphas.length)];
      return isGrey ? grey(r, alpha) : [r, g, b, alpha];
    });
    const size = { width: 1 + below(20), height: 1 + below(20) };
    const image = draw(size, () => colors[below(colors.length)]);
    const file = await rasterOf(await encode(image, "png", 84));
    assertAlpha(file, image, `run ${run}`);
    assertColors(file, image, `run ${run}`);
  }
});
