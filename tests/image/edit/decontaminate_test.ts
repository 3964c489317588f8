// Proves that decontamination gives soft edges the car's colour, and changes nothing else.
import assert from "node:assert/strict";
import { decontaminate } from "../../../shared/image/edit/decontaminate.ts";
import type { Raster } from "../../../shared/image/raster.ts";
import { assertNear, at, draw, type Rgba, solid, within } from "../../helpers/pixels.ts";

const SIZE = { width: 60, height: 40 };
const RED: Rgba = [200, 30, 20, 255];

/** Cleans every partly covered pixel of an image. */
function clean(image: Raster): void {
  const edge: number[] = [];
  for (let i = 0; i < image.width * image.height; i++) {
    if (image.data[i * 4 + 3] > 0 && image.data[i * 4 + 3] < 255) edge.push(i);
  }
  decontaminate(image, edge);
}

/** A red car on the left of a green ground, with a soft edge of six pixels as in a photo and its matte. */
const edge = () =>
  draw(SIZE, (x) => {
    const cover = Math.max(0, Math.min(1, (33 - x) / 6));
    const mixed = (car: number, ground: number) => Math.round(car * cover + ground * (1 - cover));
    return [mixed(200, 20), mixed(30, 180), mixed(20, 60), Math.round(cover * 255)];
  });

Deno.test("decontaminate() gives a soft edge the car's colour", () => {
  const image = edge();
  clean(image);
  for (let x = 0; x < 33; x++) {
    assertNear([...at(image, x, 20).slice(0, 3), 255] as unknown as Rgba, RED, 2, `x ${x}`);
  }
});

Deno.test("decontaminate() does not change alpha, solid and empty pixels", () => {
  const image = edge();
  const before = edge();
  clean(image);
  for (let i = 0; i < image.data.length; i += 4) {
    assert.equal(image.data[i + 3], before.data[i + 3]);
    if (before.data[i + 3] >= 250 || before.data[i + 3] === 0) {
      assert.deepEqual(image.data.subarray(i, i + 3), before.data.subarray(i, i + 3));
    }
  }
});

Deno.test("decontaminate() uses the colour of the nearest part of the car", () => {
  const image = draw(
    SIZE,
    (x, y) =>
      x < 30 ? (y < 20 ? RED : [20, 40, 200, 255]) : x === 30 ? [0, 255, 0, 128] : [0, 255, 0, 0],
  );
  clean(image);
  assert.deepEqual(at(image, 30, 5), [200, 30, 20, 128]);
  assert.deepEqual(at(image, 30, 35), [20, 40, 200, 128]);
});

Deno.test("decontaminate() does not change pixels without a similar solid colour nearby", () => {
  const glass = solid(SIZE, [90, 140, 150, 120]);
  const before = glass.data.slice();
  clean(glass);
  assert.deepEqual(glass.data, before);
  const far = draw(SIZE, (x) => x < 10 ? RED : [90, 140, 150, 120]);
  clean(far);
  assert.deepEqual(at(far, 40, 20), [90, 140, 150, 120]);
});

Deno.test("decontaminate() works at the image's borders and on a single pixel", () => {
  const corner = draw(SIZE, (x, y) => x === 0 && y === 0 ? [0, 255, 0, 100] : RED);
  clean(corner);
  assert.deepEqual(at(corner, 0, 0), [200, 30, 20, 100]);
  const one = solid({ width: 1, height: 1 }, [1, 2, 3, 100]);
  clean(one);
  assert.deepEqual(at(one, 0, 0), [1, 2, 3, 100]);
});

for (const width of [200, 1_000]) {
  Deno.test(`decontaminate() keeps the colour of pixels without a solid one within reach, ${width} pixels wide`, () => {
    const noise: Rgba = [10, 200, 30, 120];
    const image = draw({ width, height: 150 }, (x) => x < 20 ? RED : noise);
    clean(image);
    assert.deepEqual(at(image, 27, 50), [...RED.slice(0, 3), 120]);
    for (const x of [29, 60, width - 1]) assert.deepEqual(at(image, x, 50), noise, `x ${x}`);
  });
}

Deno.test("decontaminate() searches to all sides in a matte that is soft all over", () => {
  const noise: Rgba = [10, 200, 30, 120];
  const car = { x: 500, y: 160, width: 16, height: 16 };
  const image = draw({ width: 1_000, height: 300 }, (x, y) => within(car, x, y) ? RED : noise);
  clean(image);
  for (const [distance, expected] of [[8, [...RED.slice(0, 3), 120]], [9, noise]] as const) {
    const sides = {
      left: [car.x - distance, car.y + 8],
      right: [car.x + car.width - 1 + distance, car.y + 8],
      above: [car.x + 8, car.y - distance],
      below: [car.x + 8, car.y + car.height - 1 + distance],
    };
    for (const [side, [x, y]] of Object.entries(sides)) {
      assert.deepEqual(at(image, x, y), expected, `${distance} pixels ${side}`);
    }
  }
});
