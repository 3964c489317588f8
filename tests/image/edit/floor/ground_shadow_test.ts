// Proves where the ground shadow is dark, where it ends and that it lies under the car.
import assert from "node:assert/strict";
import { findGround, type Ground } from "../../../../shared/image/edit/floor/find_ground.ts";
import { drawGroundShadow } from "../../../../shared/image/edit/floor/ground_shadow.ts";
import type { Raster } from "../../../../shared/image/raster.ts";
import { fixture } from "../../../helpers/fixtures.ts";
import { rasterOf } from "../../../helpers/magick_files.ts";
import { at } from "../../../helpers/pixels.ts";
import { psnr } from "../../../helpers/psnr.ts";
import { drawCar, DRAWINGS, VIEWS } from "../../../helpers/silhouettes.ts";

interface Case {
  what: string;
  car: Raster;
  ground: Ground;
  shaded: Raster;
}

function caseOf(what: string, car: Raster, strength = 50): Case {
  const ground = findGround(car)!;
  return { what, car, ground, shaded: drawGroundShadow(car, ground, strength) };
}

const CASES: Case[] = VIEWS.flatMap((view) =>
  [1, 2, 3].map((scale) => caseOf(`a ${view} view at scale ${scale}`, drawCar(view, scale)))
);
for (const name of ["street", "studio"]) {
  const car = await rasterOf(await fixture(`${name}.cutout.png`), (one) => one.resize(600, 400));
  CASES.push(caseOf(name, car));
}

for (const { what, car, ground, shaded } of CASES) {
  Deno.test(`drawGroundShadow() of ${what} keeps the size, the car's pixels and its input`, () => {
    assert.deepEqual([shaded.width, shaded.height], [car.width, car.height]);
    for (let i = 0; i < car.data.length; i += 4) {
      if (car.data[i + 3] !== 255) continue;
      assert.deepEqual(shaded.data.slice(i, i + 4), car.data.slice(i, i + 4));
    }
  });

  Deno.test(`drawGroundShadow() of ${what} draws nothing above the car's contour, nor above the line beside it`, () => {
    const { stepPx, first, last, edges, line } = ground;
    for (let x = 0; x < car.width; x++) {
      // Neighbouring cells are interpolated, so a cell on each side may reach higher.
      const column = Math.floor(x / stepPx);
      let top = Infinity;
      for (let i = Math.max(0, column - 1); i <= Math.min(edges.length - 1, column + 1); i++) {
        const isUnder = i >= first && i <= last;
        top = Math.min(top, isUnder ? Math.min(edges[i], line[i]) : line[i]);
      }
      for (let y = 0; y < Math.min(car.height, top - 2 * stepPx - 1); y++) {
        assert.equal(at(shaded, x, y)[3], at(car, x, y)[3], `${x}, ${y}`);
      }
    }
  });

  Deno.test(`drawGroundShadow() of ${what} is black and darkest at a tyre`, () => {
    let darkest = { alpha: 0, x: 0, y: 0 };
    for (let y = 0; y < car.height; y++) {
      for (let x = 0; x < car.width; x++) {
        if (at(car, x, y)[3] > 0) continue;
        const [r, g, b, alpha] = at(shaded, x, y);
        if (alpha > 0) assert.deepEqual([r, g, b], [0, 0, 0]);
        if (alpha > darkest.alpha) darkest = { alpha, x, y };
      }
    }
    assert.ok(darkest.alpha > 150 && darkest.alpha < 255, `${darkest.alpha}`);
    const near = ground.tyres.some((tyre) =>
      Math.abs((tyre + 0.5) * ground.stepPx - darkest.x) < 0.25 * ground.heightPx &&
      Math.abs(ground.line[tyre] - darkest.y) < 0.12 * ground.heightPx
    );
    assert.ok(near, `darkest at ${darkest.x}, ${darkest.y}`);
  });

  Deno.test(`drawGroundShadow() of ${what} fades out below the tyres and before the frame's edges`, () => {
    for (const tyre of ground.tyres) {
      const x = Math.round((tyre + 0.5) * ground.stepPx);
      let before = 255;
      for (let y = Math.ceil(ground.line[tyre]) + 2; y < car.height; y++) {
        const [, , , alpha] = at(shaded, x, y);
        assert.ok(alpha <= before + 1, `${alpha} below ${before}`);
        before = alpha;
      }
      assert.ok(before <= 3, `${before} at the lower edge`);
    }
    for (let y = 0; y < car.height; y++) {
      assert.ok(at(shaded, 0, y)[3] <= 3 && at(shaded, car.width - 1, y)[3] <= 3);
    }
  });
}

Deno.test("drawGroundShadow() has no hard step on the free floor", () => {
  for (const { what, car, ground, shaded } of CASES) {
    const limit = 40 / Math.min(3, ground.heightPx / 90);
    for (let x = 1; x < car.width; x++) {
      const column = Math.floor(x / ground.stepPx);
      for (let y = Math.ceil(ground.line[column] + 0.06 * ground.heightPx); y < car.height; y++) {
        const step = Math.abs(at(shaded, x, y)[3] - at(shaded, x - 1, y)[3]);
        assert.ok(step <= limit / 4, `${what}: ${step} at ${x}, ${y}`);
      }
    }
  }
});

Deno.test("drawGroundShadow() is darker under a low sill than under a high bumper", () => {
  const { shaded } = caseOf("side", drawCar("side", 2));
  const below = (x: number) => at(shaded, x * 2, 154 * 2)[3];
  assert.ok(below(80) > below(150) + 20, `${below(80)} at the tyre, ${below(150)} at the sill`);
  assert.ok(
    below(150) > below(280) + 20,
    `${below(150)} at the sill, ${below(280)} beside the car`,
  );
});

Deno.test("drawGroundShadow() gets darker with its strength, and 0 draws nothing", () => {
  const car = drawCar("quarter", 1);
  const { x } = DRAWINGS.quarter.tyres[0];
  const alpha = (strength: number) => at(caseOf("", car, strength).shaded, x + 30, 160)[3];
  const alphas = [0, 25, 50, 75, 100].map(alpha);
  assert.equal(alphas[0], 0);
  for (let i = 1; i < alphas.length; i++) assert.ok(alphas[i] > alphas[i - 1], `${alphas}`);
  assert.deepEqual(caseOf("", car, 0).shaded.data, car.data);
  assert.ok(alphas[4] < 255);
});

Deno.test("drawGroundShadow() scales with the variant", () => {
  for (const view of VIEWS) {
    const small = caseOf("", drawCar(view, 2)).shaded;
    const large = caseOf("", drawCar(view, 4)).shaded;
    const halved = {
      ...small,
      data: small.data.map((_, i) => {
        const [pixel, channel] = [i >> 2, i & 3];
        const [x, y] = [pixel % small.width * 2, Math.floor(pixel / small.width) * 2];
        const value = (dx: number, dy: number) => at(large, x + dx, y + dy)[channel];
        return (value(0, 0) + value(1, 0) + value(0, 1) + value(1, 1)) / 4;
      }),
    };
    const similar = psnr(small, halved, { on: [255, 255, 255] });
    assert.ok(similar > 30, `${view}: ${similar} dB`);
  }
});

Deno.test("drawGroundShadow() goes on to the side at which the frame cuts the car", () => {
  const car = drawCar("side", 1);
  const cut = { ...car, width: 200, data: new Uint8ClampedArray(200 * 200 * 4) };
  for (let y = 0; y < 200; y++) {
    cut.data.set(car.data.subarray(y * 1_200, y * 1_200 + 800), y * 800);
  }
  const { shaded } = caseOf("", cut);
  const whole = caseOf("", car).shaded;
  for (const y of [140, 150, 154, 165]) {
    const [alpha, expected] = [at(shaded, 199, y)[3], at(whole, 199, y)[3]];
    assert.ok(Math.abs(alpha - expected) <= 20, `${alpha} instead of ${expected} at ${y}`);
  }
});
