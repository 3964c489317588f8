// Proves how boxes are mapped from a crop to a variant or to the photo.
import assert from "node:assert/strict";
import { clipRect, mapRect } from "../../shared/image/map_rect.ts";

const rect = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });

Deno.test("mapRect() scales and moves a rectangle as one rectangle becomes another", () => {
  const half = rect(10, 20, 50, 25);
  assert.deepEqual(mapRect(rect(0, 0, 100, 50), rect(0, 0, 100, 50), half), half);
  assert.deepEqual(mapRect(rect(20, 10, 40, 20), rect(0, 0, 100, 50), half), rect(20, 25, 20, 10));
});

Deno.test("mapRect() stretches each side by its own factor", () => {
  assert.deepEqual(
    mapRect(rect(1, 1, 2, 2), rect(0, 0, 4, 4), rect(0, 0, 40, 8)),
    rect(10, 2, 20, 4),
  );
});

Deno.test("mapRect() returns negative coordinates for what lies before the shown part", () => {
  assert.deepEqual(
    mapRect(rect(0, 0, 300, 100), rect(100, 0, 100, 100), rect(0, 0, 50, 50)),
    rect(-50, 0, 150, 50),
  );
});

Deno.test("mapRect() rounds edges, so that neighbours stay neighbours", () => {
  const [left, right] = [rect(0, 0, 5, 9), rect(5, 0, 4, 9)]
    .map((one) => mapRect(one, rect(0, 0, 9, 9), rect(0, 0, 4, 4)));
  assert.equal(left.x + left.width, right.x);
  assert.equal(right.x + right.width, 4);
});

Deno.test("clipRect() returns the part in the frame, or null if there is none", () => {
  const frame = { width: 100, height: 50 };
  assert.deepEqual(clipRect(rect(-10, 40, 30, 30), frame), rect(0, 40, 20, 10));
  assert.deepEqual(clipRect(rect(10, 10, 5, 5), frame), rect(10, 10, 5, 5));
  for (const outside of [rect(100, 0, 5, 5), rect(0, -5, 9, 5), rect(-9, 0, 9, 9)]) {
    assert.equal(clipRect(outside, frame), null);
  }
});
