// Proves that the shadow matches a Gaussian computed by definition.
import assert from "node:assert/strict";
import { drawShadow, SHADOW } from "../../../shared/image/edit/shadow.ts";
import type { Raster } from "../../../shared/image/raster.ts";
import { plainShadow } from "../../helpers/gaussian_shadow.ts";
import { at, box, draw, solid } from "../../helpers/pixels.ts";

const FRAME = { width: 260, height: 220 };
const BOX = { x: 90, y: 80, width: 60, height: 40 };
const RED = [200, 30, 20, 255] as const;
const boxed = box(FRAME, BOX, RED);

/** An L: its box's lower right quarter is empty, so that a shadow of the box would show. */
const lShape = draw(FRAME, (x, y) => {
  const inside = x >= 80 && x < 160 && y >= 70 && y < 150;
  return inside && !(x >= 110 && y >= 100) ? RED : [0, 0, 0, 0];
});

Deno.test("the shadow's values are those of the design", () => {
  assert.deepEqual(SHADOW, { sigmaPx: 15, offsetPx: 15, opacity: 0.5 });
});

const SHAPES: [what: string, image: Raster][] = [
  ["a box", boxed],
  ["an L", lShape],
  [
    "a soft disc",
    draw(FRAME, (x, y) => {
      const cover = Math.max(0, Math.min(1, (40 - Math.hypot(x - 120.5, y - 99.5)) / 8));
      return [9, 90, 200, Math.round(cover * 255)];
    }),
  ],
  [
    "a shape that touches all sides",
    draw(FRAME, (x, y) => Math.abs(x - 130) < 8 || Math.abs(y - 110) < 8 ? RED : [0, 0, 0, 0]),
  ],
];

for (const scale of [0.35, 0.5, 0.73, 1, 1.7]) {
  for (const [what, image] of SHAPES) {
    Deno.test(`drawShadow() at scale ${scale} draws the Gaussian of ${what}`, () => {
      const shaded = drawShadow(image, scale);
      const plain = plainShadow(image, { sigmaPx: 15 * scale, offsetPx: 15 * scale, opacity: 0.5 });
      let worst = 0;
      plain.forEach((alpha, i) => {
        worst = Math.max(worst, Math.abs(shaded.data[i * 4 + 3] - alpha));
      });
      assert.ok(worst <= 3, `alpha differs by ${worst}`);
    });
  }
}

Deno.test("drawShadow() keeps the size and every solid pixel", () => {
  const shaded = drawShadow(boxed, 1);
  assert.deepEqual([shaded.width, shaded.height], [FRAME.width, FRAME.height]);
  for (const [x, y] of [[90, 80], [149, 80], [90, 119], [149, 119], [120, 100]]) {
    assert.deepEqual(at(shaded, x, y), RED);
  }
});

Deno.test("drawShadow() does not change its input", () => {
  const before = boxed.data.slice();
  drawShadow(boxed, 1);
  assert.deepEqual(boxed.data, before);
});

Deno.test("drawShadow() is darker below and to the right than above and to the left", () => {
  const shaded = drawShadow(boxed, 1);
  const alpha = (x: number, y: number) => at(shaded, x, y)[3];
  assert.ok(alpha(160, 130) > alpha(79, 69) + 40, `${alpha(160, 130)} and ${alpha(79, 69)}`);
  assert.ok(alpha(120, 130) > alpha(120, 69) + 40);
  assert.ok(alpha(160, 100) > alpha(79, 100) + 40);
});

Deno.test("drawShadow() is black where the image shows only the shadow", () => {
  const shaded = drawShadow(boxed, 1);
  for (let y = 0; y < FRAME.height; y++) {
    for (let x = 0; x < FRAME.width; x++) {
      if (at(boxed, x, y)[3] === 0) assert.deepEqual(at(shaded, x, y).slice(0, 3), [0, 0, 0]);
    }
  }
});

Deno.test("drawShadow() draws nothing beyond its reach: the offset and three sigma", () => {
  for (const scale of [0.5, 1]) {
    const shaded = drawShadow(boxed, scale);
    const [back, ahead] = [(45 - 15) * scale, (45 + 15) * scale];
    for (let y = 0; y < FRAME.height; y++) {
      for (let x = 0; x < FRAME.width; x++) {
        const inReach = x >= BOX.x - back && x < BOX.x + BOX.width + ahead &&
          y >= BOX.y - back && y < BOX.y + BOX.height + ahead;
        if (!inReach) assert.equal(at(shaded, x, y)[3], 0, `at ${x}, ${y} of scale ${scale}`);
      }
    }
  }
});

Deno.test("drawShadow() follows the silhouette, not its box", () => {
  const shaded = drawShadow(lShape, 0.3);
  const inside = at(shaded, 100, 152)[3]; // under the L's foot
  const hollow = at(shaded, 150, 140)[3]; // in the box's empty quarter
  assert.ok(inside > 60 && hollow === 0, `${inside} and ${hollow}`);
});

Deno.test("drawShadow() at half the scale reaches half as far", () => {
  const reach = (scale: number) => {
    const shaded = drawShadow(boxed, scale);
    let x = FRAME.width - 1;
    while (at(shaded, x, 105)[3] < 8) x--;
    return x - (BOX.x + BOX.width - 1);
  };
  assert.ok(Math.abs(reach(0.5) - reach(1) / 2) <= 2, `${reach(0.5)} and ${reach(1)}`);
});

Deno.test("drawShadow() is half as dark under a half-transparent car", () => {
  const wide = { x: 40, y: 40, width: 150, height: 130 };
  const solidAlpha = at(drawShadow(box(FRAME, wide, [0, 0, 0, 255]), 0.5), 194, 110)[3];
  const halfAlpha = at(drawShadow(box(FRAME, wide, [0, 0, 0, 128]), 0.5), 194, 110)[3];
  assert.ok(Math.abs(halfAlpha - solidAlpha * (128 / 255)) <= 1, `${halfAlpha} of ${solidAlpha}`);
});

Deno.test("drawShadow() darkens soft edges as compositing does", () => {
  const soft = draw(
    FRAME,
    (x, y) => x >= 40 && x < 200 && y >= 40 && y < 180 ? [200, 100, 50, 128] : [0, 0, 0, 0],
  );
  const [r, g, b, a] = at(drawShadow(soft, 0.5), 120, 110);
  const shadow = 128 * 0.5;
  const out = 128 + shadow * (1 - 128 / 255);
  assert.ok(Math.abs(a - out) <= 1, `${a} is not ${out}`);
  [r, g, b].forEach((value, i) => {
    assert.ok(Math.abs(value - ([200, 100, 50][i] * 128) / out) <= 1.5, `${[r, g, b]}`);
  });
});

Deno.test("drawShadow() of a car at the frame's left and top edge has no hard line", () => {
  const shaded = drawShadow(box(FRAME, { x: 0, y: 0, width: 120, height: 90 }, RED), 1);
  for (let i = 1; i < 130; i++) {
    const down = Math.abs(at(shaded, 10, 90 + i)[3] - at(shaded, 10, 89 + i)[3]);
    const across = Math.abs(at(shaded, 120 + i - 1, 10)[3] - at(shaded, 120 + i, 10)[3]);
    if (i > 1) assert.ok(down <= 6 && across <= 6, `steps of ${down} and ${across} at ${i}`);
  }
  for (let x = 1; x < FRAME.width; x++) {
    const step = Math.abs(at(shaded, x, 100)[3] - at(shaded, x - 1, 100)[3]);
    assert.ok(step <= 6, `a step of ${step} at ${x}`);
  }
});

Deno.test("drawShadow() leaves an empty frame empty and a full one full", () => {
  assert.deepEqual(
    drawShadow(box(FRAME, { x: 0, y: 0, width: 0, height: 0 }, RED), 1).data,
    new Uint8ClampedArray(FRAME.width * FRAME.height * 4),
  );
  const full = solid(FRAME, RED);
  assert.deepEqual(drawShadow(full, 1).data, full.data);
});

Deno.test("drawShadow() accepts frames smaller than its blur, and any scale", () => {
  for (
    const size of [{ width: 1, height: 1 }, { width: 3, height: 200 }, { width: 200, height: 3 }]
  ) {
    for (const scale of [0.01, 0.2, 1, 4, 30]) {
      const shaded = drawShadow(solid(size, [1, 2, 3, 100]), scale);
      assert.equal(shaded.data.length, size.width * size.height * 4);
      assert.ok(shaded.data.every((value) => value <= 255));
      assert.ok(at(shaded, 0, 0)[3] >= 100);
    }
  }
});
