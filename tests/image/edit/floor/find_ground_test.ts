// Proves that the floor's line goes through the tyres of a car, in the perspective of each view.
import assert from "node:assert/strict";
import { findGround, type Ground } from "../../../../shared/image/edit/floor/find_ground.ts";
import type { Raster } from "../../../../shared/image/raster.ts";
import { rasterOf } from "../../../helpers/magick_files.ts";
import { fixture } from "../../../helpers/fixtures.ts";
import { box, draw, solid } from "../../../helpers/pixels.ts";
import { drawCar, DRAWINGS, VIEWS } from "../../../helpers/silhouettes.ts";

function groundOf(image: Raster): Ground {
  const ground = findGround(image);
  assert.ok(ground);
  return ground;
}

/** The line's y at an x, both in pixels. */
const lineAt = ({ line, stepPx }: Ground, x: number) => line[Math.floor(x / stepPx)];

for (const scale of [1, 2, 4]) {
  for (const view of VIEWS) {
    Deno.test(`findGround() finds both tyres of a ${view} view at scale ${scale}`, () => {
      const ground = groundOf(drawCar(view, scale));
      const expected = DRAWINGS[view].tyres;
      assert.equal(ground.tyres.length, expected.length);
      ground.tyres.forEach((column, i) => {
        const { x, y, rx, ry } = expected[i];
        const [atX, atY] = [(column + 0.5) * ground.stepPx, ground.line[column]];
        assert.ok(Math.abs(atX - x * scale) <= (rx / 3) * scale, `${atX} is not ${x * scale}`);
        assert.ok(
          Math.abs(atY - (y + ry) * scale) <= 1 + scale / 2,
          `${atY} of ${(y + ry) * scale}`,
        );
      });
    });
  }

  Deno.test(`findGround() draws a level line for a side and a front view at scale ${scale}`, () => {
    for (const [view, y] of [["side", 152], ["front", 170]] as const) {
      const ground = groundOf(drawCar(view, scale));
      for (const at of ground.line) assert.ok(Math.abs(at - y * scale) <= 1, `${view}: ${at}`);
    }
  });

  Deno.test(`findGround() follows the side of a three-quarter view and bends to its front at scale ${scale}`, () => {
    const ground = groundOf(drawCar("quarter", scale));
    const along = (lineAt(ground, 230 * scale) - lineAt(ground, 120 * scale)) / (110 * scale);
    assert.ok(Math.abs(along - (136 - 162) / 110) < 0.02, `${along}`);
    const beyond = lineAt(ground, 290 * scale) - lineAt(ground, 230 * scale);
    assert.ok(Math.abs(beyond - along * 60 * scale) <= 2 * scale, "the line continues to the rear");
    const front = (lineAt(ground, 120 * scale) - lineAt(ground, 40 * scale)) / (80 * scale);
    assert.ok(front > 0.08 && front < 0.3, `${front} is not the slope of the front`);
    // Below the bumper, whose lower edge is at 135.
    assert.ok(lineAt(ground, 38 * scale) > 137 * scale, `${lineAt(ground, 38 * scale)}`);
  });
}

Deno.test("findGround() leaves mirrors and spoilers out of the car's width", () => {
  const { first, last } = groundOf(drawCar("front", 1));
  assert.ok(first >= 64 && last <= 236, `${first} to ${last}`);
});

Deno.test("findGround() ignores specks of a matte and smaller subjects beside the car", () => {
  const clean = groundOf(drawCar("side", 2));
  const car = drawCar("side", 2);
  const set = (x: number, y: number) => car.data.set([1, 1, 1, 255], (y * car.width + x) * 4);
  for (let x = 100; x < 500; x += 2) set(x, 380);
  for (let y = 300; y < 390; y++) for (let x = 570; x < 590; x++) set(x, y);
  const ground = groundOf(car);
  assert.deepEqual(ground.line, clean.line);
  assert.deepEqual([ground.first, ground.last], [clean.first, clean.last]);
});

Deno.test("findGround() draws a level line under a body whose matte includes the floor below it", () => {
  const car = drawCar("side", 2);
  for (let y = 250; y < 304; y++) {
    for (let x = 160; x < 450; x++) car.data.set([60, 60, 60, 255], (y * car.width + x) * 4);
  }
  for (const y of groundOf(car).line) assert.ok(Math.abs(y - 304) <= 2, `${y}`);
});

Deno.test("findGround() finds no floor without a car", () => {
  const size = { width: 300, height: 200 };
  assert.equal(findGround(solid(size, [0, 0, 0, 0])), null);
  assert.equal(findGround(solid(size, [9, 9, 9, 100])), null);
  assert.equal(findGround(box(size, { x: 3, y: 3, width: 5, height: 5 }, [9, 9, 9, 255])), null);
  assert.equal(findGround(box(size, { x: 0, y: 9, width: 300, height: 3 }, [9, 9, 9, 255])), null);
});

Deno.test("findGround() accepts every shape and size", () => {
  for (const [width, height] of [[1, 1], [3, 200], [200, 3], [60, 60], [2, 2]]) {
    const full = findGround(solid({ width, height }, [9, 9, 9, 255]));
    if (full) assert.ok(full.line.every(Number.isFinite));
    const noise = draw({ width, height }, (x, y) => [9, 9, 9, ((x * 7919 + y * 104729) % 13) * 21]);
    const ground = findGround(noise);
    if (ground) assert.ok(ground.line.every(Number.isFinite) && ground.tyres.length > 0);
  }
});

for (const name of ["street", "street-rotated", "studio", "dark"]) {
  Deno.test(`findGround() finds the two visible tyres of ${name} at every variant's scale`, async () => {
    const shares: number[][] = [];
    for (const width of [400, 600, 1_200, 2_000]) {
      const image = await rasterOf(await fixture(`${name}.cutout.png`), (one) => {
        one.resize(width, Math.round((width * one.height) / one.width));
      });
      const { tyres, line, stepPx } = groundOf(image);
      assert.equal(tyres.length, 2, `${width}`);
      shares.push(tyres.flatMap((at) => [(at + 0.5) * stepPx / width, line[at] / width]));
    }
    for (const share of shares) {
      share.forEach((value, i) => assert.ok(Math.abs(value - shares[0][i]) < 0.01, `${shares}`));
    }
  });
}
