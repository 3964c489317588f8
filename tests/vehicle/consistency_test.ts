// Proves how the consistency of a vehicle's photos is measured.
import assert from "node:assert/strict";
import type { Rect } from "../../shared/image/raster.ts";
import type { VehicleSet } from "../../shared/photo/vehicle/vehicle_set.ts";
import { consistencyOf } from "../../shared/vehicle/consistency.ts";

/** A set of photos with these variants: the car's box in a frame of 600 x 400 pixels, or `null`. */
function setOf(...photos: Record<string, Rect | null>[]): VehicleSet {
  return photos.map((variants, position) => ({
    ...{ photo_hash: String(position), position, is_cover: false },
    photo: {
      ...{ filename: null, original_size: [4_032, 3_024], storage_urls: {}, warnings: [] },
      variants: Object.fromEntries(
        Object.entries(variants).map(([name, subject]) => [
          name,
          { width: 600, height: 400, subject },
        ]),
      ),
      quality: {
        ...{ edge_contact: 0, edge_width: 1.3, brightness: 0.6, overexposed: 0, subjects: 1 },
        half_transparent: 0,
      },
    },
  }));
}

const car = (width: number, bottom: number) => ({ x: 20, y: bottom - 200, width, height: 200 });

Deno.test("consistencyOf() gives the spread of width and ground line as shares of the frame", () => {
  assert.deepEqual(consistencyOf(setOf({ grid: car(480, 340) }, { grid: car(510, 336) })), {
    grid: {
      photos: 2,
      car_width: { min: 0.8, max: 0.85, spread: 0.05 },
      ground_line: { min: 0.84, max: 0.85, spread: 0.01 },
    },
  });
});

Deno.test("consistencyOf() leaves out a variant that a photo lacks", () => {
  const box = car(480, 340);
  const set = setOf({ grid: box, detail: box }, { detail: box, processed: box });
  assert.deepEqual(Object.keys(consistencyOf(set)), ["detail"]);
  assert.deepEqual(consistencyOf(setOf({ grid: box }, { detail: box })), {});
});

Deno.test("consistencyOf() does not count a photo whose car is unknown", () => {
  const one = consistencyOf(setOf({ grid: car(480, 340) }, { grid: null }));
  const width = { min: 0.8, max: 0.8, spread: 0 };
  assert.deepEqual(one.grid, {
    ...{ photos: 1, car_width: width, ground_line: { min: 0.85, max: 0.85, spread: 0 } },
  });
  assert.deepEqual(consistencyOf(setOf({ grid: null })), {
    grid: { photos: 0, car_width: null, ground_line: null },
  });
});

Deno.test("consistencyOf() measures a car that exceeds its frame", () => {
  const cut = { x: -60, y: -20, width: 720, height: 440 };
  const { grid } = consistencyOf(setOf({ grid: cut }));
  assert.deepEqual([grid.car_width?.max, grid.ground_line?.max], [1.2, 1.05]);
});
