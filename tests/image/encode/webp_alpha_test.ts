// Proves that the WebP alpha encoder is lossless for any plane.
import encode from "@jsquash/webp/encode.js";
import assert from "node:assert/strict";
import { cropSubject } from "../../../shared/image/edit/crop_subject.ts";
import { renderVariant } from "../../../shared/image/pipeline.ts";
import { planVariant, VARIANTS } from "../../../shared/image/plan.ts";
import type { Mask, Raster } from "../../../shared/image/raster.ts";
import { encodeWebp } from "../../../shared/image/encode/webp.ts";
import { compressAlpha } from "../../../shared/image/encode/webp_alpha.ts";
import { alphaPlane } from "../../helpers/car_geometry.ts";
import { partsOf } from "../../helpers/file_parts.ts";
import { CARS, decoded, fixture, fixtureMask } from "../../helpers/fixtures.ts";
import { rasterOf } from "../../helpers/magick_files.ts";
import { drawMask } from "../../helpers/pixels.ts";
import { seeded } from "../../helpers/random.ts";
import { assertAlpha } from "../../helpers/webp_decoder.ts";
import { viewOf } from "../../helpers/view_of.ts";

/** An image of one colour with a plane as its alpha. */
function withAlpha({ width, height, data }: Mask): Raster {
  const image = new Uint8ClampedArray(data.length * 4).fill(90);
  data.forEach((value, i) => image[i * 4 + 3] = value);
  return { width, height, data: image };
}

async function assertRoundTrip(plane: Mask, what: string): Promise<void> {
  await assertAlpha(await encodeWebp(withAlpha(plane), 50), plane, what);
}

/** Creates a row with these residuals: each pixel is its left neighbour plus the residual, modulo 256. */
function rowOf(residuals: number[]): Mask {
  let value = 0;
  return drawMask(
    { width: residuals.length, height: 1 },
    (x) => value = (value + residuals[x]) & 255,
  );
}

/** The same as a column, where each pixel is predicted from the one above. */
function columnOf(residuals: number[]): Mask {
  return { ...rowOf(residuals), width: 1, height: residuals.length };
}

/** Arranges values with these counts so that none follows itself. */
function withoutRuns(counts: number[]): number[] {
  const left = counts.slice();
  const values: number[] = [];
  const mostFrequent = () =>
    left.reduce((best, n, i) => i !== values.at(-1) && (best < 0 || n > left[best]) ? i : best, -1);
  for (let at = mostFrequent(); left[at] > 0; at = mostFrequent()) {
    values.push(at);
    left[at]--;
  }
  assert.equal(values.length, counts.reduce((sum, n) => sum + n));
  return values;
}

const SIZES = [
  [1, 1],
  [2, 1],
  [1, 2],
  [1, 77],
  [77, 1],
  [3, 3],
  [16, 16],
  [31, 17],
  [127, 255],
  [333, 97],
  [4097, 3],
  [3, 4099],
  [9001, 5],
  [16_383, 2],
];

/** Kinds of planes, as the value at x, y. */
const KINDS: Record<string, (random: (below: number) => number) => Parameters<typeof drawMask>[1]> =
  {
    "noise of all values": (random) => () => random(256),
    "noise of two values": (random) => () => random(2) * 255,
    "noise of two neighbours": (random) => () => 100 + random(2),
    "a few dots on nothing": (random) => () => random(97) ? 0 : random(256),
    "a few holes in a solid plane": (random) => () => random(97) ? 255 : random(256),
    "nothing": () => () => 0,
    "something faint": () => () => 1,
    "a slope": () => (x, y) => (x >> 2) + (y >> 1) & 255,
    "a steep slope, repeated": () => (x, y) => (x * 7 + y * 13) & 255,
    "a disc with a soft edge": () => (x, y) =>
      Math.max(0, Math.min(255, 900 - Math.hypot(x - 40, y - 40) * 30)),
    "stripes across": () => (_, y) => y % 3 ? 0 : 255,
    "stripes down": () => (x) => x % 5 ? 0 : 255,
    "a chequerboard": () => (x, y) => (x + y) % 2 * 255,
  };

for (const [kind, paint] of Object.entries(KINDS)) {
  Deno.test(`compressAlpha() keeps ${kind}, at any size`, async () => {
    for (const [width, height] of SIZES) {
      const plane = drawMask({ width, height }, paint(seeded(width * 31 + height)));
      await assertRoundTrip(plane, `${width} x ${height}`);
    }
  });
}

for (const length of [1, 2, 3, 4, 5, 6, 4095, 4096, 4097, 4098, 4099, 4100, 4101, 8193, 12_289]) {
  Deno.test(`compressAlpha() keeps runs of ${length} equal residuals`, async () => {
    for (const value of [0, 1, 200, 255]) {
      const run = new Array<number>(length).fill(value);
      for (const residuals of [run, [5, ...run], [...run, 9], [5, ...run, 9, 7, 7]]) {
        await assertRoundTrip(rowOf(residuals), `row of ${residuals.length}, ${value}`);
        await assertRoundTrip(columnOf(residuals), `column of ${residuals.length}, ${value}`);
      }
    }
  });
}

Deno.test("compressAlpha() keeps runs that continue over the ends of rows", async () => {
  for (const width of [2, 7, 64, 4095, 4096, 4097]) {
    const plane = drawMask({ width, height: 9 }, (x, y) => y === 4 && x === width >> 1 ? 80 : 0);
    await assertRoundTrip(plane, `width ${width}`);
  }
});

Deno.test("compressAlpha() keeps a plane whose best code is longer than the format allows", async () => {
  // Fibonacci's numbers as counts give a tree of one level per value: 18 here, and 15 are allowed.
  const counts = [1, 1];
  while (counts.length < 19) counts.push(counts.at(-1)! + counts.at(-2)!);
  for (const order of [counts, counts.toReversed()]) {
    const residuals = withoutRuns(order);
    await assertRoundTrip(rowOf(residuals), "a row");
    await assertRoundTrip(columnOf(residuals), "a column");
  }
});

Deno.test("compressAlpha() keeps planes whose residuals are all one symbol", async () => {
  for (const value of [0, 1, 2, 7, 128, 255]) {
    for (const length of [1, 2, 3, 4]) {
      await assertRoundTrip(rowOf(new Array<number>(length).fill(value)), `${length} x ${value}`);
    }
  }
});

Deno.test("compressAlpha() keeps residuals of all 256 values with equal counts", async () => {
  const residuals = Array.from({ length: 256 * 8 }, (_, i) => (i * 37) & 255);
  await assertRoundTrip(rowOf(residuals), "a row");
});

Deno.test("compressAlpha() reads a view from the middle of a buffer and does not change it", () => {
  const random = seeded(4);
  const { width, data } = drawMask({ width: 51, height: 40 }, () => random(256));
  const view = viewOf(data);
  const before = new Uint8Array(view.buffer).slice();
  assert.deepEqual(compressAlpha(view, width), compressAlpha(data, width));
  assert.deepEqual(new Uint8Array(view.buffer), before);
});

Deno.test("compressAlpha() compresses an empty plane of two megapixels to less than a kilobyte", () => {
  assert.ok(compressAlpha(new Uint8Array(2000 * 1000), 2000).length < 1024);
});

Deno.test("encodeWebp() writes no alpha for an opaque image", async () => {
  const opaque = drawMask({ width: 33, height: 20 }, () => 255);
  const file = await encodeWebp(withAlpha(opaque), 80);
  assert.deepEqual(partsOf(file).map(({ name }) => name), ["VP8 "]);
  await assertAlpha(file, opaque, "opaque");
});

for (const { name } of CARS) {
  Deno.test(`${name}: the variants' alpha survives WebP, in a file not much larger than libwebp's`, async () => {
    using photo = await decoded(await fixture(`${name}.jpg`));
    const mask = await fixtureMask(name, photo.size);
    const { image: crop } = cropSubject(
      photo,
      { kind: "mask", mask },
      { crop: "auto", padding: 50 },
    );
    for (const variant of VARIANTS) {
      const plan = { ...planVariant(variant, crop, "contain", true), shadow: true, quality: 82 };
      const background = { r: 255, g: 255, b: 255, a: 0 };
      const image = await rasterOf(
        await renderVariant(crop, { ...plan, background, format: "png" }),
      );
      const file = await renderVariant(crop, { ...plan, background, format: "webp" });
      await assertAlpha(file, { ...image, data: alphaPlane(image) }, variant);
      const peer = await encode(image as unknown as ImageData, { quality: 82, method: 4 });
      assert.ok(
        file.length <= peer.byteLength * 1.25,
        `${variant}: ${file.length} and ${peer.byteLength} bytes`,
      );
    }
  });
}
