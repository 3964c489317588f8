// Proves that findSubject() finds the car's box without stray pixels and soft edges, and the sides at which the photo cuts it.
import assert from "node:assert/strict";
import { findSubject } from "../../../shared/image/edit/find_subject.ts";
import type { Rect } from "../../../shared/image/raster.ts";
import { draw, within } from "../../helpers/pixels.ts";

const PHOTO = { width: 600, height: 400 };
const CROP: Rect = { x: 100, y: 50, width: 400, height: 200 };
const BOX: Rect = { x: 20, y: 30, width: 360, height: 150 };

/** A crop whose alpha is 255 in a box, and `soft` elsewhere. */
const cropOf = (box: Rect, crop: Rect = CROP, soft = 0) =>
  draw(crop, (x, y) => [90, 90, 90, within(box, x, y) ? 255 : soft]);

const cutSides = (crop: Rect, box: Rect, photo = PHOTO) =>
  Object.entries(findSubject(cropOf(box, crop), crop, photo).cut)
    .filter(([, isCut]) => isCut).map(([side]) => side);

Deno.test("the car's box is that of its solid pixels", () => {
  for (const soft of [0, 60, 127]) {
    assert.deepEqual(findSubject(cropOf(BOX, CROP, soft), CROP, PHOTO).box, BOX);
  }
});

Deno.test("stray pixels and an antenna do not widen the box", () => {
  const image = cropOf(BOX);
  for (const [x, y] of [[2, 2], [398, 2], [5, 198], [200, 20], [200, 21], [200, 22]]) {
    image.data[(y * image.width + x) * 4 + 3] = 255;
  }
  assert.deepEqual(findSubject(image, CROP, PHOTO).box, BOX);
});

Deno.test("a narrow tyre is the lowest part of the box", () => {
  const image = cropOf(BOX);
  for (let y = 180; y < 190; y++) {
    for (let x = 60; x < 72; x++) image.data[(y * image.width + x) * 4 + 3] = 255;
  }
  assert.equal(findSubject(image, CROP, PHOTO).box.height, 160);
});

Deno.test("a crop without solid pixels counts as a whole", () => {
  const image = cropOf({ x: 0, y: 0, width: 0, height: 0 });
  const { box, cut } = findSubject(image, CROP, PHOTO);
  assert.deepEqual(box, { x: 0, y: 0, width: 400, height: 200 });
  assert.ok(!Object.values(cut).includes(true));
});

Deno.test("a car that reaches a side of the photo is cut there, up to two pixels of soft mask away", () => {
  const within = { x: 0, y: 0, width: 300, height: 200 };
  for (const gap of [0, 1, 2]) {
    const box = { x: gap, y: 20, width: 200, height: 100 };
    assert.deepEqual(cutSides({ ...within, y: 100 }, box), ["left"]);
    const up = { x: 20, y: gap, width: 200, height: 100 };
    assert.deepEqual(cutSides({ ...within, x: 100 }, up), ["top"]);
    const right = { x: 50, y: 20, width: 250 - gap, height: 100 };
    assert.deepEqual(cutSides({ ...within, x: 300, y: 100 }, right), ["right"]);
    const down = { x: 20, y: 50, width: 200, height: 150 - gap };
    assert.deepEqual(cutSides({ ...within, x: 100, y: 200 }, down), ["bottom"]);
  }
  assert.deepEqual(cutSides({ ...within, y: 100 }, { x: 3, y: 20, width: 200, height: 100 }), []);
});

Deno.test("a car that only just touches a side is not cut", () => {
  // A bumper's tip: 7 of 400 pixels touch the left side, less than 2 %.
  const crop = { x: 0, y: 100, width: 300, height: 200 };
  const image = cropOf({ x: 10, y: 20, width: 200, height: 100 }, crop);
  for (let y = 60; y < 67; y++) {
    for (let x = 0; x < 10; x++) image.data[(y * image.width + x) * 4 + 3] = 255;
  }
  assert.equal(findSubject(image, crop, PHOTO).cut.left, false);
  for (let x = 0; x < 10; x++) image.data[(67 * image.width + x) * 4 + 3] = 255;
  assert.equal(findSubject(image, crop, PHOTO).cut.left, true);
});

Deno.test("the edge of a crop that is not the photo's cuts nothing", () => {
  assert.deepEqual(cutSides(CROP, { x: 0, y: 0, width: 400, height: 200 }), []);
});
