// Proves when a crop is uncertain: a step just above the white threshold crosses the crop's border, or surrounds it.
// Noise, gradients, soft shadows, sides at the photo's edge and fainter steps do not count.

import assert from "node:assert/strict";
import { boundsOfMask, darknessOf } from "../../../shared/image/edit/bounds.ts";
import { cutsFaintEdge } from "../../../shared/image/edit/cuts_faint_edge.ts";
import { type Rect, rectOf } from "../../../shared/image/raster.ts";
import { draw, within } from "../../helpers/pixels.ts";
import { seeded } from "../../helpers/random.ts";

const SIZE = { width: 640, height: 400 };
/** The box of the pixels that are dark enough to be found: the wheels. */
const WHEELS = { x: 220, y: 200, width: 200, height: 60 };
/** A body that extends 110 pixels beyond them on the left and on the right. */
const BODY = { x: 110, y: 180, width: 420, height: 50 };

type Level = (x: number, y: number) => number;
const ground: Level = () => 255;
const box = (rect: Rect, level: number, below: Level = ground): Level => (x, y) =>
  within(rect, x, y) ? level : below(x, y);

/** Checks a photo of grey levels, with the wheels drawn into it. */
function judged(level: Level, padding = 50, found = WHEELS, size = SIZE): boolean {
  const image = draw(size, (x, y) => {
    const value = within(found, x, y) ? 40 : level(x, y);
    return [value, value, value, 255];
  });
  const bounds = boundsOfMask(darknessOf(image), 10)!;
  assert.deepEqual(bounds, found, "the faint parts are not found");
  return cutsFaintEdge(image, bounds, padding);
}

for (const padding of [0, 15, 50, 100]) {
  Deno.test(`a body of 251 on 254 that extends 110 pixels further is cut at a padding of ${padding}`, () => {
    assert.equal(judged(box(BODY, 251, () => 254), padding), true);
  });
}

Deno.test("a body within the padding is not cut", () => {
  assert.equal(judged(box(BODY, 251), 118), false);
});

for (const side of ["left", "right", "top", "bottom"] as const) {
  Deno.test(`a body that extends further on the ${side} only is cut`, () => {
    const { x, y, width, height } = WHEELS;
    const reach = {
      left: { x: x - 100, y, width: 150, height },
      right: { x: x + width - 50, y, width: 150, height },
      top: { x, y: y - 100, width, height: 150 },
      bottom: { x, y: y + height - 50, width, height: 120 },
    }[side];
    assert.equal(judged(box(reach, 252)), true);
  });
}

Deno.test("a crop within the body on all sides is uncertain, though nothing crosses its border", () => {
  assert.equal(judged(box({ x: 60, y: 80, width: 520, height: 280 }, 251)), true);
});

Deno.test("a line on the ground that does not reach the crop does not count", () => {
  assert.equal(judged(box({ x: 0, y: 340, width: 640, height: 60 }, 252)), false);
});

Deno.test("a difference of two levels counts, one of a single level does not", () => {
  assert.equal(judged(box(BODY, 253)), true);
  assert.equal(judged(box(BODY, 254)), false);
});

Deno.test("a faint tint counts by the mean of its three channels", () => {
  const image = draw(SIZE, (x, y) => {
    if (within(WHEELS, x, y)) return [40, 40, 40, 255];
    return within(BODY, x, y) ? [255, 255, 246, 255] : [255, 255, 255, 255];
  });
  assert.equal(cutsFaintEdge(image, WHEELS, 50), true);
});

Deno.test("a white ground, a gradient, a vignette and a soft shadow are not cut", () => {
  const middle = { x: 320, y: 230 };
  const distance = (x: number, y: number) => Math.hypot(x - middle.x, (y - middle.y) * 1.5);
  assert.equal(judged(ground), false);
  assert.equal(judged((x) => 250 + (x / SIZE.width) * 5), false);
  assert.equal(judged((x, y) => 255 - Math.min(5, distance(x, y) / 80)), false);
  assert.equal(judged((x, y) => Math.min(255, 250 + distance(x, y) / 50)), false);
});

Deno.test("noise above the threshold is not cut, with any seed", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = seeded(seed);
    assert.equal(judged(() => 250 + random(6)), false, `seed ${seed}`);
  }
});

Deno.test("a faint edge within 16 pixels of the subject does not count, however small the padding", () => {
  const reach = (px: number) => {
    const { x, y, width } = WHEELS;
    return box({ x: x - px, y: y + 10, width: width + 2 * px, height: 24 }, 251);
  };
  for (const padding of [0, 5]) {
    assert.equal(judged(reach(15), padding), false);
    assert.equal(judged(reach(24), padding), true);
  }
});

Deno.test("a side at the photo's edge cuts nothing", () => {
  const size = { width: 300, height: 160 };
  assert.equal(judged(box(BODY, 251), 50, { x: 50, y: 50, width: 200, height: 60 }, size), false);
});

Deno.test("a photo that is narrower than a block is checked", () => {
  for (const [width, height] of [[1, 1], [7, 400], [400, 7], [17, 17], [40, 3]]) {
    const image = draw(
      { width, height },
      (x, y) => x + y === 0 ? [0, 0, 0, 255] : [255, 255, 255, 255],
    );
    assert.equal(cutsFaintEdge(image, { x: 0, y: 0, width: 1, height: 1 }, 0), false);
    assert.equal(cutsFaintEdge(image, rectOf(image), 0), false);
  }
});
