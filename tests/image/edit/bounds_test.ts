// Proves how the bounding box of a subject is found in a mask.
import assert from "node:assert/strict";
import {
  ALPHA_THRESHOLD,
  alphaOf,
  boundsOfMask,
  darknessOf,
  WHITE_THRESHOLD,
} from "../../../shared/image/edit/bounds.ts";
import { drawMask, solid } from "../../helpers/pixels.ts";

const SIZE = { width: 7, height: 5 };

Deno.test("the thresholds are those of the design", () => {
  assert.deepEqual([ALPHA_THRESHOLD, WHITE_THRESHOLD], [10, 250]);
});

Deno.test("boundsOfMask() counts values above the threshold only", () => {
  const mask = drawMask(SIZE, (x, y) => x === 3 && y === 2 ? 11 : 10);
  assert.deepEqual(boundsOfMask(mask, 10), { x: 3, y: 2, width: 1, height: 1 });
  assert.equal(boundsOfMask(mask, 11), null);
});

Deno.test("boundsOfMask() is null for an empty mask", () => {
  assert.equal(boundsOfMask(drawMask(SIZE, () => 0), 10), null);
});

Deno.test("boundsOfMask() of a full mask is the whole frame", () => {
  assert.deepEqual(boundsOfMask(drawMask(SIZE, () => 255), 10), { x: 0, y: 0, ...SIZE });
});

Deno.test("boundsOfMask() finds each side by a single pixel", () => {
  const spots = [[3, 1], [1, 2], [5, 3], [3, 4]];
  const mask = drawMask(SIZE, (x, y) => spots.some(([a, b]) => a === x && b === y) ? 255 : 0);
  assert.deepEqual(boundsOfMask(mask, 10), { x: 1, y: 1, width: 5, height: 4 });
});

Deno.test("boundsOfMask() agrees with a search of every pixel, for many masks", () => {
  let seed = 7;
  const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  for (let round = 0; round < 300; round++) {
    const width = 8 + round % 2;
    const drawn = drawMask({ width, height: 6 }, () => random() < 0.06 ? 200 : 0);
    const shifted = new Uint8Array([0, ...drawn.data]).subarray(1); // not aligned to words
    const mask = round % 3 === 0 ? { ...drawn, data: shifted } : drawn;
    const xs: number[] = [];
    const ys: number[] = [];
    mask.data.forEach((value, i) => {
      if (value > 10) {
        xs.push(i % width);
        ys.push(Math.floor(i / width));
      }
    });
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    const expected = xs.length === 0
      ? null
      : { x, y, width: Math.max(...xs) - x + 1, height: Math.max(...ys) - y + 1 };
    assert.deepEqual(boundsOfMask(mask, 10), expected, `${mask.data}`);
  }
});

Deno.test("alphaOf() returns the alpha channel", () => {
  const image = solid({ width: 2, height: 1 }, [9, 8, 7, 42]);
  assert.deepEqual(alphaOf(image), { width: 2, height: 1, data: Uint8Array.of(42, 42) });
});

Deno.test("darknessOf() has its threshold at a mean of exactly 250", () => {
  const darkness = (r: number, g: number, b: number) =>
    darknessOf(solid({ width: 1, height: 1 }, [r, g, b, 255])).data[0];
  assert.equal(darkness(250, 250, 250), 0);
  assert.equal(darkness(250, 250, 249), 255);
  assert.equal(darkness(255, 255, 240), 0); // the mean of the three, not each
  assert.equal(darkness(255, 255, 239), 255);
  assert.equal(darkness(0, 0, 0), 255);
});
