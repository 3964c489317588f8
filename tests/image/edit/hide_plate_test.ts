// Proves how a licence plate is covered or blurred, and that nothing else changes.
import assert from "node:assert/strict";
import { hidePlate } from "../../../shared/image/edit/hide_plate.ts";
import { at, draw, within } from "../../helpers/pixels.ts";

const SIZE = { width: 200, height: 100 };
const PLATE = { x: 60, y: 40, width: 80, height: 18 };
const HIDDEN = { x: 54, y: 38, width: 92, height: 22 }; // 8 % and at least 2 pixels more on each side

/** A red car with a white plate that has black characters, 4 pixels wide. */
const car = () =>
  draw(SIZE, (x, y) => {
    if (!within(PLATE, x, y)) return [180, 20, 30, x < 100 ? 255 : 128];
    return y > 43 && y < 55 && x % 8 < 4 ? [0, 0, 0, 255] : [255, 255, 255, 255];
  });

Deno.test("hidePlate() covers the plate and a margin with a colour, and keeps the alpha", async () => {
  const image = car();
  await hidePlate(image, PLATE, { r: 1, g: 2, b: 3, a: 255 });
  const before = car();
  for (let y = 0; y < SIZE.height; y++) {
    for (let x = 0; x < SIZE.width; x++) {
      const old = at(before, x, y);
      assert.deepEqual(at(image, x, y), within(HIDDEN, x, y) ? [1, 2, 3, old[3]] : old);
    }
  }
});

Deno.test("hidePlate() blurs the characters until they have no contrast, and keeps everything else", async () => {
  const image = car();
  await hidePlate(image, PLATE, "blur");
  const before = car();
  for (let y = 46; y < 52; y++) {
    const row = Array.from({ length: 60 }, (_, i) => at(image, 70 + i, y)[1]);
    const neighbours = row.slice(4).map((level, i) => Math.abs(level - row[i]));
    assert.ok(Math.max(...neighbours) < 25, `${neighbours}`);
  }
  assert.ok(at(image, 100, 50)[1] > 80); // the plate is still lighter than the car
  for (const [x, y] of [[53, 48], [146, 48], [100, 37], [100, 60]]) {
    assert.deepEqual(at(image, x, y), at(before, x, y));
  }
});

Deno.test("hidePlate() covers the plate with the middle of a picture, and keeps the alpha", async () => {
  const image = car();
  // Wider than the plate: both green sides are cut, the blue middle stays.
  const sign = draw(
    { width: 400, height: 40 },
    (x) => x < 100 || x >= 300 ? [0, 200, 0, 255] : [0, 0, 200, 255],
  );
  await hidePlate(image, PLATE, sign);
  const before = car();
  for (let y = 0; y < SIZE.height; y++) {
    for (let x = 0; x < SIZE.width; x++) {
      const old = at(before, x, y);
      assert.deepEqual(at(image, x, y), within(HIDDEN, x, y) ? [0, 0, 200, old[3]] : old);
    }
  }
});

Deno.test("hidePlate() hides the visible part of a plate that exceeds the image", async () => {
  const image = car();
  await hidePlate(image, { x: -50, y: -5, width: 60, height: 20 }, { r: 9, g: 9, b: 9, a: 255 });
  assert.deepEqual(at(image, 0, 0).slice(0, 3), [9, 9, 9]);
  const outside = car();
  for (const cover of ["blur", { r: 9, g: 9, b: 9, a: 255 }] as const) {
    await hidePlate(outside, { x: 300, y: 10, width: 40, height: 9 }, cover);
  }
  assert.deepEqual(outside, car());
});
