// Proves where a framing puts the car: its size, the ground line, sides that the photo cuts, and the bound on enlargement.
import assert from "node:assert/strict";
import {
  aspectOf,
  frameCar,
  type Framing,
  MAX_ENLARGEMENT,
  ownFrame,
  type Sides,
  type Subject,
} from "../../shared/image/framing.ts";
import type { Size } from "../../shared/image/raster.ts";

const FRAMING: Framing = {
  ...{ car_width: 0.8, car_height: 0.6, ground_line: 0.85 },
  ...{ align: "center", aspect: "3:2" },
};
const DETAIL = { width: 1200, height: 800 };
const GRID = { width: 600, height: 400 };
const WHOLE: Sides = { left: false, top: false, right: false, bottom: false };

/** A car whose crop has a margin of 10 pixels at every side that is not cut. */
function carOf(width: number, height: number, cut: Partial<Sides> = {}) {
  const sides = { ...WHOLE, ...cut };
  const [x, y] = [sides.left ? 0 : 10, sides.top ? 0 : 10];
  const crop = {
    width: x + width + (sides.right ? 0 : 10),
    height: y + height + (sides.bottom ? 0 : 10),
  };
  return { crop, subject: { box: { x, y, width, height }, cut: sides } };
}

/** The car's box in the frame, from the rectangles of the plan alone. */
function shown(crop: Size, subject: Subject, framing = FRAMING, frame: Size = DETAIL) {
  const { source, target, isCarSmall } = frameCar(crop, subject, framing, frame);
  const [across, down] = [target.width / source.width, target.height / source.height];
  const left = target.x + (subject.box.x - source.x) * across;
  const top = target.y + (subject.box.y - source.y) * down;
  return {
    left,
    top,
    right: left + subject.box.width * across,
    bottom: top + subject.box.height * down,
    isCarSmall,
  };
}

function near(actual: number, expected: number, what: string, by = 1.5): void {
  assert.ok(Math.abs(actual - expected) <= by, `${what}: ${actual} is not ${expected}`);
}

Deno.test("a long car has the framing's width, is centred, and stands on the ground line", () => {
  for (const frame of [DETAIL, GRID]) {
    const { crop, subject } = carOf(1600, 500);
    const car = shown(crop, subject, FRAMING, frame);
    near(car.right - car.left, 0.8 * frame.width, "width");
    near((car.left + car.right) / 2, frame.width / 2, "centre");
    near(car.bottom, 0.85 * frame.height, "ground line");
    assert.equal(car.isCarSmall, false);
  }
});

Deno.test("a high car has the framing's height, and stands on the same line", () => {
  const { crop, subject } = carOf(900, 800);
  const car = shown(crop, subject);
  near(car.bottom - car.top, 0.6 * 800, "height");
  near(car.bottom, 0.85 * 800, "ground line");
});

Deno.test("the same car has the same place, whatever its size in the photo", () => {
  const places = [800, 1_000, 1_333, 1_777].map((width) => {
    const { crop, subject } = carOf(width, Math.round(width / 3));
    return shown(crop, subject);
  });
  for (const place of places) {
    near(place.left, places[0].left, "left");
    near(place.top, places[0].top, "top", 2);
    near(place.bottom, places[0].bottom, "bottom");
  }
});

Deno.test("a car never reaches beyond the frame's top, even if the framing allows a greater height", () => {
  const { crop, subject } = carOf(700, 1_000);
  const car = shown(crop, subject, { ...FRAMING, car_height: 1, ground_line: 0.7 });
  assert.ok(car.top >= -1, String(car.top));
  near(car.bottom, 0.7 * 800, "ground line");
});

for (const side of ["left", "right", "top", "bottom"] as const) {
  Deno.test(`a car that the photo cuts at the ${side} lies at that edge of the frame`, () => {
    const { crop, subject } = carOf(1_111, 577, { [side]: true });
    for (const frame of [DETAIL, GRID, { width: 601, height: 333 }]) {
      const { source, target } = frameCar(crop, subject, FRAMING, frame);
      const gap = {
        left: target.x + source.x,
        top: target.y + source.y,
        right: frame.width - target.x - target.width,
        bottom: frame.height - target.y - target.height,
      };
      assert.equal(gap[side], 0);
    }
  });
}

Deno.test("a car that is cut at both ends spans the frame, and keeps the ground line", () => {
  const { crop, subject } = carOf(1_500, 700, { left: true, right: true });
  const { target } = frameCar(crop, subject, FRAMING, DETAIL);
  assert.deepEqual([target.x, target.width], [0, 1200]);
  near(shown(crop, subject).bottom, 0.85 * 800, "ground line");
});

Deno.test("a detail of a car that is cut on all sides fills the frame", () => {
  for (const [width, height] of [[1_600, 900], [900, 1_600], [1_500, 1_000]]) {
    const { crop, subject } = carOf(width, height, {
      ...{ left: true, right: true, top: true, bottom: true },
    });
    const { source, target } = frameCar(crop, subject, FRAMING, DETAIL);
    assert.deepEqual(target, { x: 0, y: 0, ...DETAIL });
    near(source.width / source.height, 1.5, "shape", 0.01);
  }
});

Deno.test("a small car is enlarged 1.5 times and no more, on the same ground line", () => {
  const { crop, subject } = carOf(400, 150);
  const car = shown(crop, subject);
  near(car.right - car.left, 400 * MAX_ENLARGEMENT, "width");
  near((car.left + car.right) / 2, 600, "centre");
  near(car.bottom, 0.85 * 800, "ground line");
  assert.equal(car.isCarSmall, true);
  assert.equal(shown(crop, subject, FRAMING, GRID).isCarSmall, false);
});

Deno.test("ownFrame() has the framing's shape and keeps the car's pixels", () => {
  for (const aspect of ["3:2", "4:3", "1:1", "1.91:1"]) {
    for (const [width, height] of [[1_200, 400], [600, 500]]) {
      const { crop, subject } = carOf(width, height);
      const framing = { ...FRAMING, aspect };
      const frame = ownFrame(subject, framing, 2_048);
      near(frame.width / frame.height, aspectOf(aspect), aspect, 0.01);
      near(frameCar(crop, subject, framing, frame).scale, 1, "scale", 0.01);
    }
  }
});

Deno.test("ownFrame() stays within its bound, and the car shrinks with it", () => {
  const { crop, subject } = carOf(2_000, 1_400);
  const frame = ownFrame(subject, FRAMING, 2_048);
  assert.deepEqual(frame, { width: 2_048, height: 1_365 });
  const { scale, isCarSmall } = frameCar(crop, subject, FRAMING, frame);
  assert.ok(scale < 1);
  assert.equal(isCarSmall, false);
});

Deno.test("the rectangles of a plan lie within the crop and the frame, whatever the sizes", () => {
  const sizes = [[1, 1], [2_048, 1], [1, 2_048], [333, 777], [1_648, 751]];
  for (const [width, height] of sizes) {
    for (let mask = 0; mask < 16; mask++) {
      const [left, top, right, bottom] = [1, 2, 4, 8].map((bit) => (mask & bit) > 0);
      const { crop, subject } = carOf(width, height, { left, top, right, bottom });
      for (const frame of [DETAIL, { width: 16, height: 16 }, ownFrame(subject, FRAMING, 2_048)]) {
        const { source, target } = frameCar(crop, subject, FRAMING, frame);
        for (
          const [{ x, y, width, height }, within] of [[source, crop], [target, frame]] as const
        ) {
          assert.ok(x >= 0 && y >= 0 && width >= 1 && height >= 1);
          assert.ok(x + width <= within.width && y + height <= within.height);
        }
      }
    }
  }
});
