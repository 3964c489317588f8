// Proves that scaling down by a whole number gives the averages of blocks, weighed by alpha, as the engine's own scaling does.
import assert from "node:assert/strict";
import {
  AlphaAction,
  ColorSpace,
  FilterType,
  type IMagickImage,
  MagickFormat,
  MagickGeometry,
  MagickReadSettings,
  type Orientation,
} from "@imagemagick/magick-wasm";
import { boxShrink } from "../../../shared/image/decode/box_shrink.ts";
import { withImage, withMagick } from "../../../shared/image/engine/magick.ts";
import { seeded } from "../../helpers/random.ts";

/** Runs a scaling on an image of these pixels. */
async function scale(
  { width, height, channels, data }: {
    width: number;
    height: number;
    channels: 3 | 4;
    data: Uint8Array;
  },
  run: (image: IMagickImage) => void,
): Promise<{ width: number; height: number; data: Uint8Array }> {
  const mapping = channels === 4 ? "RGBA" : "RGB";
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    rgba.set(data.subarray(pixel * channels, (pixel + 1) * channels), pixel * 4);
  }
  return await withMagick(() =>
    withImage((image) => {
      const settings = { width, height, format: MagickFormat.Rgba, depth: 8 };
      image.read(rgba, new MagickReadSettings(settings));
      if (channels === 3) image.alpha(AlphaAction.Off);
      run(image);
      const size = { width: image.width, height: image.height };
      const pixels = image.getPixels((all) =>
        all.toByteArray(0, 0, size.width, size.height, mapping)
      );
      return { ...size, data: pixels! };
    })
  );
}

function noise(width: number, height: number, channels: 3 | 4, seed: number) {
  const random = seeded(seed);
  const data = Uint8Array.from({ length: width * height * channels }, () => random(256));
  return { width, height, channels, data };
}

for (const channels of [3, 4] as const) {
  for (const factor of [2, 3, 4]) {
    Deno.test(`${channels} channels are averaged over ${factor} x ${factor} pixels as by the engine`, async () => {
      const picture = noise(40 * factor, 70 * factor, channels, factor);
      const ours = await scale(picture, (image) => assert.ok(boxShrink(image, factor)));
      const engine = await scale(picture, (image) => {
        image.filterType = FilterType.Box;
        image.resize(new MagickGeometry(40, 70));
      });
      assert.deepEqual([ours.width, ours.height], [40, 70]);
      // The engine rounds twice, and almost transparent pixels have hardly any colour.
      const isSolid = (i: number) => channels === 3 || ours.data[i - i % 4 + 3] > 32;
      const off = ours.data.findIndex((value, i) =>
        isSolid(i) && Math.abs(value - engine.data[i]) > 2
      );
      assert.equal(off, -1, `${ours.data[off]} is not ${engine.data[off]}`);
    });
  }
}

Deno.test("a last block of at least half the size counts, a smaller one does not", async () => {
  for (const [length, blocks] of [[8, 2], [9, 2], [10, 3], [11, 3], [1, 1]]) {
    const picture = noise(length, length, 3, length);
    const { width, height } = await scale(picture, (image) => boxShrink(image, 4));
    assert.deepEqual([width, height], [blocks, blocks]);
  }
});

Deno.test("an image that was turned is scaled as a whole", async () => {
  for (const turn of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const { width, height } = await scale(noise(8, 4, 3, turn), (image) => {
      image.orientation = turn as Orientation;
      image.autoOrient();
      assert.ok(boxShrink(image, 2));
    });
    assert.deepEqual([width, height], turn > 4 ? [2, 4] : [4, 2], `orientation ${turn}`);
  }
});

Deno.test("transparent pixels do not colour their block", async () => {
  const data = new Uint8Array([255, 0, 0, 255, 0, 255, 0, 0, 0, 255, 0, 0, 255, 0, 0, 255]);
  const scaled = await scale(
    { width: 2, height: 2, channels: 4, data },
    (image) => boxShrink(image, 2),
  );
  assert.deepEqual([...scaled.data], [255, 0, 0, 128]);
});

Deno.test("an image of other channels is left unchanged", async () => {
  const picture = noise(8, 8, 3, 1);
  const { width } = await scale(picture, (image) => {
    image.colorSpace = ColorSpace.CMYK;
    assert.equal(boxShrink(image, 2), false);
    image.colorSpace = ColorSpace.sRGB;
  });
  assert.equal(width, 8);
});
