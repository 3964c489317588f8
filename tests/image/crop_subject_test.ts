import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { cropSubject } from "../../shared/image/crop_subject.ts";
import type { Raster } from "../../shared/image/raster.ts";
import { decoded } from "../helpers/fixtures.ts";
import { fileOf } from "../helpers/magick_files.ts";
import { at, box, draw, drawMask, solid, within } from "../helpers/pixels.ts";

const SIZE = { width: 200, height: 120 };
const CAR = { x: 60, y: 40, width: 80, height: 30 };
const photoOf = async (image: Raster) => await decoded(await fileOf(image, MagickFormat.Png));
const onWhite = draw(SIZE, (x, y) => within(CAR, x, y) ? [200, 30, 20, 255] : [250, 251, 252, 255]);
const scene = draw(SIZE, (x, y) => [x, y, 90, 255]);
const mask = drawMask(SIZE, (x, y) => within(CAR, x, y) ? 255 : 0);

Deno.test("cropSubject() cuts the mask's box and the padding out, with the mask as alpha", async () => {
  using photo = await photoOf(scene);
  const crop = cropSubject(photo, { kind: "mask", mask }, 10);
  assert.deepEqual([crop.width, crop.height], [100, 50]);
  assert.deepEqual(at(crop, 10, 10), [60, 40, 90, 255]);
  assert.deepEqual(at(crop, 89, 39), [139, 69, 90, 255]);
  assert.equal(at(crop, 9, 10)[3], 0);
  assert.equal(at(crop, 90, 39)[3], 0);
});

Deno.test("cropSubject() clamps the padding to the photo", async () => {
  using photo = await photoOf(scene);
  const crop = cropSubject(photo, { kind: "mask", mask }, 50);
  assert.deepEqual([crop.width, crop.height], [180, 120]); // 10..190 of 200, all of 120
  assert.deepEqual(at(crop, 50, 40), [60, 40, 90, 255]);
});

Deno.test("cropSubject() ignores alpha up to 10 and counts 11", async () => {
  using photo = await photoOf(scene);
  const faint = (value: number) =>
    drawMask(SIZE, (x, y) => within(CAR, x, y) ? 255 : x === 5 && y === 5 ? value : 0);
  assert.equal(cropSubject(photo, { kind: "mask", mask: faint(10) }, 0).width, 80);
  assert.equal(cropSubject(photo, { kind: "mask", mask: faint(11) }, 0).width, 135);
});

Deno.test("cropSubject() takes the pixels of an image cutout, not the photo's", async () => {
  using photo = await photoOf(scene);
  const image = box(SIZE, CAR, [1, 2, 3, 255]);
  const crop = cropSubject(photo, { kind: "image", image }, 5);
  assert.deepEqual([crop.width, crop.height], [90, 40]);
  assert.deepEqual(at(crop, 5, 5), [1, 2, 3, 255]);
  assert.deepEqual(at(crop, 4, 5), [0, 0, 0, 0]);
});

Deno.test("cropSubject() finds a car on white without a cutout", async () => {
  using photo = await photoOf(onWhite);
  const crop = cropSubject(photo, undefined, 10);
  assert.deepEqual([crop.width, crop.height], [100, 50]);
  assert.deepEqual(at(crop, 10, 10), [200, 30, 20, 255]);
  assert.deepEqual(at(crop, 0, 0), [250, 251, 252, 255]);
});

Deno.test("cropSubject() takes a photo of nothing but white whole", async () => {
  using photo = await photoOf(solid(SIZE, [255, 255, 255, 255]));
  const crop = cropSubject(photo, undefined, 10);
  assert.deepEqual([crop.width, crop.height], [200, 120]);
});

Deno.test("cropSubject() crops a photo with alpha to what it shows", async () => {
  using photo = await photoOf(box(SIZE, CAR, [255, 255, 255, 255])); // white, but there
  const crop = cropSubject(photo, undefined, 10);
  assert.deepEqual([crop.width, crop.height], [100, 50]);
});

Deno.test("cropSubject() keeps both alphas: the photo's own and the mask's", async () => {
  const half = draw(SIZE, (x, y) => within(CAR, x, y) ? [9, 9, 9, 128] : [0, 0, 0, 0]);
  using photo = await photoOf(half);
  const left = drawMask(SIZE, (x) => x < 100 ? 128 : 0);
  const crop = cropSubject(photo, { kind: "mask", mask: left }, 0);
  assert.deepEqual([crop.width, crop.height], [40, 30]);
  assert.equal(at(crop, 0, 0)[3], 64);
});

Deno.test("cropSubject() finds a car on white in a photo whose alpha hides nothing", async () => {
  const opaque = await fileOf(onWhite, MagickFormat.Png, {
    edit: (image) => image.settings.setDefine("png:color-type", "6"),
  });
  using photo = await decoded(opaque);
  const crop = cropSubject(photo, undefined, 10);
  assert.deepEqual([crop.width, crop.height], [100, 50]);
});
