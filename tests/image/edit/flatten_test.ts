// Proves how an image is composited on a background colour.
import assert from "node:assert/strict";
import { flatten } from "../../../shared/image/edit/flatten.ts";
import { assertNear, at, type Rgba, solid } from "../../helpers/pixels.ts";

const flat = (pixel: Rgba, [r, g, b, a]: Rgba): Rgba =>
  at(flatten(solid({ width: 1, height: 1 }, pixel), { r, g, b, a }), 0, 0);

Deno.test("flatten() does not change solid pixels", () => {
  assert.deepEqual(flat([1, 2, 3, 255], [200, 100, 50, 255]), [1, 2, 3, 255]);
});

Deno.test("flatten() shows the background colour where the image is transparent", () => {
  assert.deepEqual(flat([9, 9, 9, 0], [200, 100, 50, 255]), [200, 100, 50, 255]);
  assert.deepEqual(flat([9, 9, 9, 0], [200, 100, 50, 128]), [200, 100, 50, 128]);
});

Deno.test("flatten() mixes by alpha over an opaque colour", () => {
  assertNear(flat([255, 0, 0, 128], [255, 255, 255, 255]), [255, 127, 127, 255], 0.51);
});

Deno.test("flatten() over a translucent colour gives the alpha and colour of `over`", () => {
  for (const alpha of [1, 40, 128, 254]) {
    for (const ground of [1, 64, 128, 255]) {
      const out = alpha + ground * (1 - alpha / 255);
      const mix = (top: number, under: number) =>
        (top * alpha + under * ground * (1 - alpha / 255)) / out;
      const expected = [mix(250, 10), mix(100, 200), mix(0, 99), out] as const;
      assertNear(
        flat([250, 100, 0, alpha], [10, 200, 99, ground]),
        expected,
        0.51,
        `${alpha} over ${ground}`,
      );
    }
  }
});

Deno.test("flatten() does not change its input", () => {
  const image = solid({ width: 2, height: 2 }, [1, 2, 3, 0]);
  flatten(image, { r: 255, g: 255, b: 255, a: 255 });
  assert.deepEqual(at(image, 1, 1), [1, 2, 3, 0]);
});
