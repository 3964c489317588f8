// Proves that a reflection mirrors the car at its tyres, fades out and lies under the car.
import assert from "node:assert/strict";
import { drawFloor } from "../../../../shared/image/edit/floor/draw_floor.ts";
import { findGround } from "../../../../shared/image/edit/floor/find_ground.ts";
import { drawReflection } from "../../../../shared/image/edit/floor/reflection.ts";
import { at, box, solid } from "../../../helpers/pixels.ts";
import { drawCar, VIEWS } from "../../../helpers/silhouettes.ts";

for (const scale of [1, 2, 4]) {
  for (const view of VIEWS) {
    const car = drawCar(view, scale);
    const ground = findGround(car)!;
    const mirrored = drawReflection(car, ground, 60);

    Deno.test(`drawReflection() of a ${view} view at scale ${scale} mirrors each column at the line and fades out`, () => {
      const { stepPx, first, last, line, heightPx } = ground;
      let compared = 0;
      for (let x = (first + 2) * stepPx; x < (last - 1) * stepPx; x += 3) {
        const axis = line[Math.floor(x / stepPx)];
        const depth = Math.min(heightPx / 2, car.height - axis);
        for (let y = Math.ceil(axis) + 3; y < car.height; y += 3) {
          const source = at(car, x, Math.round(2 * axis - y - 1));
          // Only pixels in areas of one colour: blocks mix the others.
          const flat = [[-4, -4], [4, -4], [-4, 4], [4, 4]].every(([dx, dy]) =>
            `${at(car, x + dx * scale, Math.round(2 * axis - y - 1) + dy * scale)}` === `${source}`
          );
          if (!flat || at(car, x, y)[3] > 0) continue;
          const distance = (y + 0.5 - axis) / depth;
          const expected = distance < 1 ? 0.6 * (1 - distance) ** 2 * source[3] : 0;
          const [r, g, b, alpha] = at(mirrored, x, y);
          assert.ok(Math.abs(alpha - expected) <= 6, `${alpha} of ${expected} at ${x}, ${y}`);
          if (alpha > 20) {
            for (const [i, value] of [r, g, b].entries()) {
              assert.ok(Math.abs(value - source[i]) <= 12, `${[r, g, b]} of ${source}`);
            }
            compared++;
          }
        }
      }
      assert.ok(compared > 10, `${compared} pixels`);
    });

    Deno.test(`drawReflection() of a ${view} view at scale ${scale} keeps the car, and everything above the line`, () => {
      for (let y = 0; y < car.height; y++) {
        for (let x = 0; x < car.width; x++) {
          const isAbove = y < ground.line[Math.floor(x / ground.stepPx)] - 2 * ground.stepPx;
          if (at(car, x, y)[3] !== 255 && !isAbove) continue;
          assert.deepEqual(at(mirrored, x, y), at(car, x, y), `${x}, ${y}`);
        }
      }
    });
  }
}

Deno.test("drawReflection() ends before the frame's lower edge", () => {
  const car = drawCar("front", 2); // 30 of 110 units are below the tyres
  const mirrored = drawReflection(car, findGround(car)!, 100);
  for (let x = 0; x < car.width; x++) assert.ok(at(mirrored, x, car.height - 1)[3] <= 2);
});

Deno.test("drawFloor() draws the reflection over the shadow", () => {
  const car = drawCar("side", 2);
  const both = drawFloor(car, { shadow: 50, reflection: 60 });
  const [r, , b, alpha] = at(both, 300, 344);
  const shadow = at(drawFloor(car, { shadow: 50, reflection: 0 }), 300, 344);
  const mirrored = at(drawFloor(car, { shadow: 0, reflection: 60 }), 300, 344);
  assert.ok(alpha > shadow[3] && alpha > mirrored[3], `${alpha} of ${shadow} and ${mirrored}`);
  assert.ok(r > b + 20, "the car's red");
});

Deno.test("drawFloor() returns an image without a car as it is", () => {
  const look = { shadow: 100, reflection: 100 };
  for (const size of [{ width: 1, height: 1 }, { width: 200, height: 100 }]) {
    const clear = solid(size, [0, 0, 0, 0]);
    assert.equal(drawFloor(clear, look), clear);
  }
});

Deno.test("drawFloor() accepts every shape and size", () => {
  for (const [width, height] of [[20, 20], [300, 14], [14, 300], [2_000, 30]]) {
    for (const inset of [0, 1, 3]) {
      const rect = { x: inset, y: inset, width: width - 2 * inset, height: height - 2 * inset };
      const floor = drawFloor(box({ width, height }, rect, [9, 9, 9, 255]), {
        shadow: 100,
        reflection: 100,
      });
      assert.deepEqual([floor.width, floor.height], [width, height]);
    }
  }
});
