// Proves what stands behind a car: a studio without an edge, a picture that covers its frame, and the car before both.
import assert from "node:assert/strict";
import { cover } from "../../../shared/image/edit/cover.ts";
import { putBefore } from "../../../shared/image/edit/put_before.ts";
import { paintStudio } from "../../../shared/image/edit/studio.ts";
import { assertNear, at, draw, solid } from "../../helpers/pixels.ts";

const GREY = { wall: [230, 232, 236], floor: [200, 204, 210], horizon: 0.6 } as const;
const SIZE = { width: 300, height: 200 };

/** The mean of a row's red, green and blue. */
function levelOf(image: ReturnType<typeof paintStudio>, y: number): number {
  let sum = 0;
  for (let x = 0; x < image.width; x++) {
    const [r, g, b] = at(image, x, y);
    sum += r + g + b;
  }
  return sum / (3 * image.width);
}

Deno.test("a studio has the wall's colour above the horizon and the floor's below", () => {
  const image = paintStudio(SIZE, { wall: [200, 60, 60], floor: [60, 60, 200], horizon: 0.6 });
  const [wallR, , wallB] = at(image, 150, 60);
  const [floorR, , floorB] = at(image, 150, 170);
  assert.ok(wallR > wallB + 100 && floorB > floorR + 100);
  assert.equal(at(image, 0, 0)[3], 255);
});

Deno.test("a studio has no edge, neither at the horizon nor between two rows", () => {
  for (const horizon of [0, 0.3, 0.6, 1]) {
    const image = paintStudio({ width: 90, height: 600 }, { ...GREY, horizon });
    for (let y = 1; y < 600; y++) {
      const step = Math.abs(levelOf(image, y) - levelOf(image, y - 1));
      assert.ok(step < 1.5, `${step} at ${y} with the horizon at ${horizon}`);
    }
  }
});

Deno.test("a studio is the same at every size, and darker at the sides than in the middle", () => {
  const small = paintStudio({ width: 150, height: 100 }, GREY);
  const large = paintStudio({ width: 1200, height: 800 }, GREY);
  for (const share of [0.1, 0.5, 0.6, 0.9]) {
    const near = levelOf(large, Math.floor(share * 800)) - levelOf(small, Math.floor(share * 100));
    assert.ok(Math.abs(near) < 2, String(near));
  }
  assert.ok(at(large, 600, 300)[0] > at(large, 5, 300)[0] + 6);
});

Deno.test("a studio of black or white does not overflow", () => {
  const dark = paintStudio(SIZE, { wall: [0, 0, 0], floor: [0, 0, 0], horizon: 0.5 });
  const light = paintStudio(SIZE, { wall: [255, 255, 255], floor: [255, 255, 255], horizon: 0.5 });
  for (let i = 0; i < dark.data.length; i += 4) {
    assert.ok(dark.data[i] <= 1 && light.data[i] >= 190);
  }
});

/** A picture with a red, a green and a blue third from left to right. */
const STRIPES = draw(
  { width: 90, height: 30 },
  (x) => x < 30 ? [255, 0, 0, 255] : x < 60 ? [0, 255, 0, 255] : [0, 0, 255, 255],
);

Deno.test("a picture covers a frame of another shape, and loses the same at both sides", () => {
  const square = cover(STRIPES, { width: 60, height: 60 });
  assert.deepEqual([square.width, square.height], [60, 60]);
  for (const x of [2, 30, 57]) assertNear(at(square, x, 30), [0, 255, 0, 255], 3);
  const wide = cover(STRIPES, { width: 180, height: 20 });
  assertNear(at(wide, 20, 10), [255, 0, 0, 255], 3);
  assertNear(at(wide, 160, 10), [0, 0, 255, 255], 3);
});

Deno.test("a picture is fitted once for each of the last three frames", () => {
  const frames = [[60, 60], [90, 30], [30, 60], [45, 60]].map(([width, height]) => ({
    width,
    height,
  }));
  const first = cover(STRIPES, frames[0]);
  assert.equal(cover(STRIPES, frames[0]), first);
  for (const frame of frames.slice(1)) cover(STRIPES, frame);
  assert.notEqual(cover(STRIPES, frames[0]), first);
});

Deno.test("the car is before its backdrop: solid, half and not at all", () => {
  const backdrop = solid(SIZE, [100, 200, 40, 255]);
  const car = draw(
    SIZE,
    (x) => x < 100 ? [10, 20, 30, 255] : x < 200 ? [0, 0, 240, 128] : [9, 9, 9, 0],
  );
  const image = putBefore(car, backdrop);
  assert.deepEqual(at(image, 50, 50), [10, 20, 30, 255]);
  assertNear(at(image, 150, 50), [50, 100, 140, 255], 1);
  assert.deepEqual(at(image, 250, 50), [100, 200, 40, 255]);
  assert.deepEqual(at(backdrop, 50, 50), [100, 200, 40, 255]);
});
