// Proves that the refinement cleans a model's coarse mask and moves its edge onto the photo's, without a model.
import assert from "node:assert/strict";
import type { Pixels } from "../../../dev/api4ai/image_files.ts";
import { compareMasks } from "../../../dev/cutouts/check/compare_masks.ts";
import { distances } from "../../../dev/cutouts/check/distances.ts";
import { boxMean } from "../../../dev/cutouts/mask/box_mean.ts";
import { keepLargestSubject, subjectBounds } from "../../../dev/cutouts/mask/largest_subject.ts";
import { enlargeMask, placeMask, refineMask } from "../../../dev/cutouts/mask/refine_mask.ts";
import { emptyPlane, type Plane, type Rectangle } from "../../../dev/cutouts/plane.ts";

/** Creates a plane from rows of digits, 0 to 9. */
function plane(...rows: string[]): Plane {
  const data = Float32Array.from(rows.join(""), (digit) => Number(digit) / 9);
  return { width: rows[0].length, height: rows.length, data };
}

function rowsOf({ width, height, data }: Plane): string[] {
  const digits = Array.from(data, (value) => Math.round(value * 9));
  return Array.from(
    { length: height },
    (_, y) => digits.slice(y * width, (y + 1) * width).join(""),
  );
}

/** Creates a photo: a dark ellipse on grey, with a little noise. */
function ellipse(width: number, height: number): { photo: Pixels; truth: Pixels } {
  const photo: Pixels = { width, height, channels: 3, data: new Uint8Array(width * height * 3) };
  const truth: Pixels = { width, height, channels: 1, data: new Uint8Array(width * height) };
  for (let i = 0; i < truth.data.length; i++) {
    const x = (i % width - width / 2) / (width * 0.35);
    const y = (Math.floor(i / width) - height / 2) / (height * 0.3);
    const isInside = x * x + y * y < 1;
    truth.data[i] = isInside ? 255 : 0;
    photo.data.fill((isInside ? 50 : 170) + i * 7 % 11, i * 3, i * 3 + 3);
  }
  return { photo, truth };
}

/** Averages a mask to cells, as a model of low resolution sees it. */
function coarsen(mask: Pixels, cellPx: number): Plane {
  const coarse = emptyPlane(mask.width / cellPx, mask.height / cellPx);
  mask.data.forEach((value, i) => {
    const x = Math.floor(i % mask.width / cellPx);
    const y = Math.floor(i / mask.width / cellPx);
    coarse.data[y * coarse.width + x] += value / 255 / cellPx ** 2;
  });
  return coarse;
}

Deno.test("keepLargestSubject() removes other subjects, and keeps the soft edge of the largest", () => {
  const mask = plane(
    "00000000000",
    "00299920070",
    "00399930000",
    "00299920990",
    "00000000000",
  );
  keepLargestSubject(mask, 0);
  assert.deepEqual(rowsOf(mask), [
    "00000000000",
    "00299920000",
    "00399930000",
    "00299920000",
    "00000000000",
  ]);
});

Deno.test("keepLargestSubject() fills holes up to a size, and leaves larger ones and bays open", () => {
  const rows = [
    "999999999",
    "909900099",
    "999900099",
    "999999909",
    "999999909",
  ];
  const mask = plane(...rows);
  keepLargestSubject(mask, 2);
  assert.deepEqual(rowsOf(mask), [rows[0], "999900099", ...rows.slice(2)]);
});

Deno.test("keepLargestSubject() leaves a mask without a subject as it is", () => {
  const mask = plane("0120", "0000");
  keepLargestSubject(mask, 9);
  assert.deepEqual(rowsOf(mask), ["0120", "0000"]);
  assert.equal(subjectBounds(mask), null);
});

Deno.test("subjectBounds() encloses the largest subject", () => {
  const mask = plane("90000", "00099", "00999");
  const expected: Rectangle = { left: 2, top: 1, right: 5, bottom: 3 };
  assert.deepEqual(subjectBounds(mask), expected);
});

Deno.test("boxMean() averages the window, which shrinks at the edges", () => {
  const { data } = boxMean({ width: 4, height: 1, data: Float32Array.of(1, 2, 3, 10) }, 1);
  assert.deepEqual([...data], [1.5, 2, 5, 6.5]);
  const constant = boxMean({ width: 3, height: 5, data: new Float32Array(15).fill(0.25) }, 9);
  assert.ok(constant.data.every((value) => Math.abs(value - 0.25) < 1e-6));
});

Deno.test("refineMask() moves a coarse mask's edge onto the photo's", () => {
  const { photo, truth } = ellipse(480, 320);
  const whole = { left: 0, top: 0, right: 480, bottom: 320 };
  const coarse = () => ({ part: whole, mask: coarsen(truth, 8) });
  const before = compareMasks(placeMask(enlargeMask(coarse()), photo), truth);
  const after = compareMasks(refineMask(photo, coarse()), truth);
  assert.ok(after.edgePx < 0.5 && after.edgePx < before.edgePx, `${after.edgePx} px`);
  assert.ok(after.softIou > 0.985 && after.softIou > before.softIou, `${after.softIou}`);
});

Deno.test("refineMask() aligns the edge of a subject over 2048 px on a smaller guide", () => {
  const { photo, truth } = ellipse(3_201, 1_001);
  const whole = { left: 0, top: 0, right: 3_201, bottom: 1_001 };
  const mask = emptyPlane(320, 100);
  for (let i = 0; i < mask.data.length; i++) {
    const x = Math.floor((i % 320 + 0.5) * 3_201 / 320),
      y = Math.floor((Math.floor(i / 320) + 0.5) * 1_001 / 100);
    mask.data[i] = truth.data[y * 3_201 + x] / 255;
  }
  const before = compareMasks(placeMask(enlargeMask({ part: whole, mask }), photo), truth);
  const after = compareMasks(refineMask(photo, { part: whole, mask }), truth);
  assert.ok(
    after.edgePx < 1.5 && after.edgePx < before.edgePx,
    `${before.edgePx}, ${after.edgePx}`,
  );
  assert.ok(after.softIou > 0.985 && after.softIou > before.softIou, `${after.softIou}`);
});

Deno.test("refineMask() places the mask of a part, and nothing outside of it", () => {
  const { photo, truth } = ellipse(480, 320);
  const part = { left: 60.5, top: 40.25, right: 420.5, bottom: 280.25 };
  const inside = coarsen(truth, 4);
  const mask = emptyPlane(90, 60);
  for (let y = 0; y < 60; y++) {
    for (let x = 0; x < 90; x++) {
      mask.data[y * 90 + x] = inside.data[(y + 10) * inside.width + x + 15];
    }
  }
  const refined = refineMask(photo, { part, mask });
  assert.deepEqual([refined.width, refined.height], [480, 320]);
  assert.ok(compareMasks(refined, truth).edgePx < 1.5);
  assert.ok(refined.data.every((value, i) => value === 0 || i % 480 >= 60 && i % 480 <= 420));
});

Deno.test("compareMasks() measures the distance of the contours", () => {
  const square = (left: number): Pixels => {
    const data = new Uint8Array(400);
    for (let y = 5; y < 15; y++) data.fill(255, y * 20 + left, y * 20 + left + 10);
    return { width: 20, height: 20, channels: 1, data };
  };
  assert.deepEqual(compareMasks(square(5), square(5)), { iou: 1, softIou: 1, edgePx: 0 });
  const moved = compareMasks(square(5), square(7));
  assert.equal(moved.iou, 80 / 120);
  assert.ok(moved.edgePx > 0.8 && moved.edgePx < 2, `${moved.edgePx}`);
});

Deno.test("distances() are those to the nearest marked pixel", () => {
  const marked = new Uint8Array(7 * 5);
  for (const i of [8, 20, 32]) marked[i] = 1;
  const places = [8, 20, 32].map((i) => [i % 7, Math.floor(i / 7)]);
  distances(marked, 7, 5).forEach((distance, i) => {
    const nearest = Math.min(
      ...places.map(([x, y]) => Math.hypot(x - i % 7, y - Math.floor(i / 7))),
    );
    assert.ok(Math.abs(distance - nearest) < 1e-9, `${i}: ${distance}`);
  });
});
