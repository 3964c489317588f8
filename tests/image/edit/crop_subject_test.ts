// Proves where a photo is cropped, which pixels and alpha the crop has, and when it is uncertain.

import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { cropSubject } from "../../../shared/image/edit/crop_subject.ts";
import type { DecodedPhoto } from "../../../shared/image/decode/decoded_photo.ts";
import type { DecodedCutout } from "../../../shared/image/decode/decode_cutout.ts";
import type { Mask, Raster } from "../../../shared/image/raster.ts";
import { decoded, fixture } from "../../helpers/fixtures.ts";
import { fileOf } from "../../helpers/magick_files.ts";
import { at, box, draw, drawMask, type Rgba, solid, within } from "../../helpers/pixels.ts";

const SIZE = { width: 200, height: 120 };
const CAR = { x: 60, y: 40, width: 80, height: 30 };
const cropped = (photo: DecodedPhoto, cutout: DecodedCutout | undefined, padding: number) =>
  cropSubject(photo, cutout, { crop: "auto", padding }).image;
const photoOf = async (image: Raster) => await decoded(await fileOf(image, MagickFormat.Png));
const onWhite = draw(SIZE, (x, y) => within(CAR, x, y) ? [200, 30, 20, 255] : [250, 251, 252, 255]);
const scene = draw(SIZE, (x, y) => [x, y, 90, 255]);
const mask = drawMask(SIZE, (x, y) => within(CAR, x, y) ? 255 : 0);

Deno.test("cropSubject() crops to the mask's box plus the padding, with the mask as alpha", async () => {
  using photo = await photoOf(scene);
  const crop = cropped(photo, { kind: "mask", mask }, 10);
  assert.deepEqual([crop.width, crop.height], [100, 50]);
  assert.deepEqual(at(crop, 10, 10), [60, 40, 90, 255]);
  assert.deepEqual(at(crop, 89, 39), [139, 69, 90, 255]);
  assert.equal(at(crop, 9, 10)[3], 0);
  assert.equal(at(crop, 90, 39)[3], 0);
});

Deno.test("cropSubject() clamps the padding to the photo", async () => {
  using photo = await photoOf(scene);
  const crop = cropped(photo, { kind: "mask", mask }, 50);
  assert.deepEqual([crop.width, crop.height], [180, 120]); // 10..190 of 200, all of 120
  assert.deepEqual(at(crop, 50, 40), [60, 40, 90, 255]);
});

Deno.test("cropSubject() ignores alpha up to 10 and counts 11", async () => {
  using photo = await photoOf(scene);
  const faint = (value: number) =>
    drawMask(SIZE, (x, y) => within(CAR, x, y) ? 255 : x === 5 && y === 5 ? value : 0);
  assert.equal(cropped(photo, { kind: "mask", mask: faint(10) }, 0).width, 80);
  assert.equal(cropped(photo, { kind: "mask", mask: faint(11) }, 0).width, 135);
});

Deno.test("cropSubject() uses the pixels of an image cutout, not the photo's", async () => {
  using photo = await photoOf(scene);
  const image = box(SIZE, CAR, [1, 2, 3, 255]);
  const crop = cropped(photo, { kind: "image", image }, 5);
  assert.deepEqual([crop.width, crop.height], [90, 40]);
  assert.deepEqual(at(crop, 5, 5), [1, 2, 3, 255]);
  assert.deepEqual(at(crop, 4, 5), [0, 0, 0, 0]);
});

Deno.test("cropSubject() finds a car on white without a cutout", async () => {
  using photo = await photoOf(onWhite);
  const crop = cropped(photo, undefined, 10);
  assert.deepEqual([crop.width, crop.height], [100, 50]);
  assert.deepEqual(at(crop, 10, 10), [200, 30, 20, 255]);
  assert.deepEqual(at(crop, 0, 0), [250, 251, 252, 255]);
});

Deno.test("cropSubject() keeps a white photo whole", async () => {
  using photo = await photoOf(solid(SIZE, [255, 255, 255, 255]));
  const crop = cropped(photo, undefined, 10);
  assert.deepEqual([crop.width, crop.height], [200, 120]);
});

Deno.test("cropSubject() crops a photo with alpha to its visible part", async () => {
  using photo = await photoOf(box(SIZE, CAR, [255, 255, 255, 255])); // white, but opaque
  const crop = cropped(photo, undefined, 10);
  assert.deepEqual([crop.width, crop.height], [100, 50]);
});

Deno.test("cropSubject() combines the photo's own alpha with the mask's", async () => {
  const half = draw(SIZE, (x, y) => within(CAR, x, y) ? [9, 9, 9, 128] : [0, 0, 0, 0]);
  using photo = await photoOf(half);
  const left = drawMask(SIZE, (x) => x < 100 ? 128 : 0);
  const crop = cropped(photo, { kind: "mask", mask: left }, 0);
  assert.deepEqual([crop.width, crop.height], [40, 30]);
  assert.equal(at(crop, 0, 0)[3], 64);
});

Deno.test("cropSubject() finds a car on white in a photo with opaque alpha", async () => {
  const opaque = await fileOf(onWhite, MagickFormat.Png, {
    edit: (image) => image.settings.setDefine("png:color-type", "6"),
  });
  using photo = await decoded(opaque);
  const crop = cropped(photo, undefined, 10);
  assert.deepEqual([crop.width, crop.height], [100, 50]);
});

/** A red car on a green ground: half of each in the row above it, which the mask covers by half. */
const mixed = (ground: Rgba) =>
  draw(SIZE, (x, y) => {
    if (within(CAR, x, y)) return [200, 30, 20, 255];
    return within(ABOVE, x, y) ? [110, 105, 40, 255] : ground;
  });
const ABOVE = { ...CAR, y: CAR.y - 1, height: 1 };
const softMask = drawMask(
  SIZE,
  (x, y) => within(CAR, x, y) ? 255 : within(ABOVE, x, y) ? 128 : 0,
);

for (
  const [what, ground] of [
    ["a photo", [20, 180, 60, 255]],
    ["a photo with its own alpha", [20, 180, 60, 128]],
  ] as const
) {
  Deno.test(`cropSubject() removes the ground's colour from the soft edge of ${what}`, async () => {
    using photo = await photoOf(mixed(ground));
    assert.equal(photo.hasAlpha, ground[3] < 255);
    for (const crop of ["auto", "none"] as const) {
      const options = { crop, padding: 0 };
      const { image } = cropSubject(photo, { kind: "mask", mask: softMask }, options);
      const [x, y] = crop === "auto" ? [40, 0] : [CAR.x + 40, CAR.y - 1];
      assert.deepEqual(at(image, x, y), [200, 30, 20, 128]);
    }
  });
}

for (const padding of [0, 1_000]) {
  Deno.test(`cropSubject() keeps the whole photo if cropping is off, at a padding of ${padding}`, async () => {
    const whole = (photo: DecodedPhoto, cutout?: DecodedCutout) => {
      const crop = cropSubject(photo, cutout, { crop: "none", padding });
      assert.equal(crop.isUncertain, false);
      assert.deepEqual([crop.image.width, crop.image.height], [200, 120]);
      return crop.image;
    };
    using opaque = await photoOf(onWhite);
    assert.deepEqual(whole(opaque), onWhite);
    const cutByMask = whole(opaque, { kind: "mask", mask });
    assert.deepEqual(at(cutByMask, 60, 40), [200, 30, 20, 255]);
    assert.deepEqual(at(cutByMask, 59, 40)[3], 0);
    const image = box(SIZE, CAR, [1, 2, 3, 255]);
    assert.deepEqual(whole(opaque, { kind: "image", image }), image);
    using transparent = await photoOf(image);
    assert.equal(at(whole(transparent), 0, 0)[3], 0);
    assert.equal(at(whole(transparent, { kind: "mask", mask }), 60, 40)[3], 255);
  });
}

/** A white car on white: only its wheels are dark, from 200 to 400 of 640 pixels. */
const whiteCar = draw({ width: 640, height: 300 }, (x, y) => {
  if (within({ x: 200, y: 150, width: 200, height: 50 }, x, y)) return [40, 40, 40, 255];
  const level = within({ x: 100, y: 120, width: 400, height: 60 }, x, y) ? 251 : 254;
  return [level, level, level, 255];
});

Deno.test("cropSubject() is uncertain about a white car on white, as PNG and as JPEG", async () => {
  for (const format of [MagickFormat.Png, MagickFormat.Jpeg]) {
    using photo = await decoded(await fileOf(whiteCar, format));
    const judged = (padding: number) =>
      cropSubject(photo, undefined, { crop: "auto", padding }).isUncertain;
    assert.deepEqual([judged(0), judged(50), judged(150)], [true, true, false], format);
  }
});

Deno.test("cropSubject() is certain about a white car on white whose background was removed", async () => {
  using photo = await photoOf(whiteCar);
  const options = { crop: "auto", padding: 0 } as const;
  const car = drawMask(photo.size, (x, y) => x > 250 && x < 300 && y > 130 && y < 160 ? 255 : 0);
  assert.equal(cropSubject(photo, { kind: "mask", mask: car }, options).isUncertain, false);
  const image = box(photo.size, { x: 250, y: 130, width: 9, height: 9 }, [251, 251, 251, 255]);
  assert.equal(cropSubject(photo, { kind: "image", image }, options).isUncertain, false);
  using transparent = await photoOf(image);
  assert.equal(cropSubject(transparent, undefined, options).isUncertain, false);
});

Deno.test("cropSubject() is certain about a dark car on white, and about every fixture", async () => {
  const options = { crop: "auto", padding: 50 } as const;
  const files = [await fileOf(onWhite, MagickFormat.Jpeg)];
  for (const name of ["street", "street-rotated", "studio", "dark", "small"]) {
    files.push(await fixture(`${name}.jpg`));
  }
  for (const file of files) {
    for (const padding of [0, 50]) {
      using photo = await decoded(file);
      assert.equal(cropSubject(photo, undefined, { ...options, padding }).isUncertain, false);
    }
  }
});

Deno.test("cropSubject() applies a photo's own alpha once, and removes the old ground's colour from its edge", async () => {
  // A soft edge of two columns, half covered, whose colour is half that of a green ground.
  const alphaAt = (x: number, y: number) => {
    if (!within(CAR, x, y)) return 0;
    return x < CAR.x + 2 ? 128 : 255;
  };
  const cutOut = draw(SIZE, (x, y) => {
    const alpha = alphaAt(x, y);
    return alpha === 128 ? [100, 100, 20, alpha] : [200, 40, 30, alpha];
  });
  using photo = await photoOf(cutOut);
  const mask = photo.readAlpha();
  assert.deepEqual(mask, drawMask(SIZE, alphaAt));
  for (const crop of ["auto", "none"] as const) {
    const { image, isUncertain } = cropSubject(photo, { kind: "own", mask }, { crop, padding: 10 });
    assert.equal(isUncertain, false);
    const [left, top] = crop === "auto" ? [10, 10] : [CAR.x, CAR.y];
    assert.deepEqual([image.width, image.height], crop === "auto" ? [100, 50] : [200, 120]);
    assert.deepEqual(at(image, left, top + 5), [200, 40, 30, 128]);
    assert.deepEqual(at(image, left + 20, top + 5), [200, 40, 30, 255]);
    assert.equal(at(image, left - 1, top + 5)[3], 0);
  }
});

Deno.test("cropSubject() says where the crop is, and where the more than half covered pixels are in it", async () => {
  using photo = await photoOf(scene);
  const soft = drawMask(SIZE, (x, y) => within(CAR, x, y) ? 255 : x === 50 && y === 50 ? 127 : 0);
  for (const cutout of [{ kind: "mask", mask: soft }, { kind: "image", image: alphaImage(soft) }]) {
    const options = { crop: "auto", padding: 5 } as const;
    const crop = cropSubject(photo, cutout as DecodedCutout, options);
    assert.deepEqual(crop.box, { x: 45, y: 35, width: 100, height: 40 });
    assert.deepEqual(crop.subject, { ...CAR, x: 15, y: 5 });
    const whole = cropSubject(photo, cutout as DecodedCutout, { ...options, crop: "none" });
    assert.deepEqual([whole.box, whole.subject], [{ x: 0, y: 0, ...SIZE }, CAR]);
  }
});

Deno.test("cropSubject() knows a faint subject, but none in an empty or an opaque frame", async () => {
  using photo = await photoOf(scene);
  const subjectOf = (level: number) => {
    const mask = drawMask(SIZE, (x, y) => within(CAR, x, y) ? level : 0);
    return cropSubject(photo, { kind: "mask", mask }, { crop: "auto", padding: 0 }).subject;
  };
  assert.deepEqual(subjectOf(100), { ...CAR, x: 0, y: 0 });
  assert.equal(subjectOf(0), null);
  assert.equal(cropSubject(photo, undefined, { crop: "auto", padding: 0 }).subject, null);
});

/** A black image with a mask as its alpha. */
function alphaImage(mask: Mask): Raster {
  return draw(mask, (x, y) => [0, 0, 0, mask.data[y * mask.width + x]]);
}
