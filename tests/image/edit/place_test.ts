// Proves how an image is placed in a larger frame.
import assert from "node:assert/strict";
import { place } from "../../../shared/image/edit/place.ts";
import { at, draw, solid } from "../../helpers/pixels.ts";

const image = draw({ width: 3, height: 2 }, (x, y) => [x, y, 7, 255]);

Deno.test("place() puts an image into a transparent frame", () => {
  const framed = place(image, { width: 6, height: 5 }, { x: 2, y: 1, width: 3, height: 2 });
  assert.deepEqual([framed.width, framed.height], [6, 5]);
  for (let y = 0; y < 5; y++) {
    for (let x = 0; x < 6; x++) {
      const inside = x >= 2 && x < 5 && y >= 1 && y < 3;
      assert.deepEqual(at(framed, x, y), inside ? [x - 2, y - 1, 7, 255] : [0, 0, 0, 0]);
    }
  }
});

Deno.test("place() returns an image that fills its frame", () => {
  const whole = { x: 0, y: 0, width: 3, height: 2 };
  assert.equal(place(image, { width: 3, height: 2 }, whole), image);
});

Deno.test("place() handles an image that is a view into a larger buffer", () => {
  const memory = new Uint8ClampedArray(2 * 4 + 4);
  memory.set([1, 2, 3, 4, 5, 6, 7, 8], 4);
  const view = { width: 2, height: 1, data: memory.subarray(4) };
  const framed = place(view, { width: 2, height: 2 }, { x: 0, y: 1, width: 2, height: 1 });
  assert.deepEqual([at(framed, 0, 1), at(framed, 1, 1)], [[1, 2, 3, 4], [5, 6, 7, 8]]);
  assert.deepEqual(at(framed, 0, 0), [0, 0, 0, 0]);
});

Deno.test("place() does not change its input", () => {
  const red = solid({ width: 1, height: 1 }, [255, 0, 0, 255]);
  place(red, { width: 4, height: 4 }, { x: 1, y: 1, width: 1, height: 1 });
  assert.deepEqual([...red.data], [255, 0, 0, 255]);
});
