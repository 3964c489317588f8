// Proves what each figure of quality control measures, on drawn pictures.
import assert from "node:assert/strict";
import type { Crop } from "../../../shared/image/edit/crop_subject.ts";
import { countSubjects } from "../../../shared/image/quality/count_subjects.ts";
import { edgeContact } from "../../../shared/image/quality/edge_contact.ts";
import { edgeWidth } from "../../../shared/image/quality/edge_width.ts";
import { measureQuality } from "../../../shared/image/quality/measure_quality.ts";
import { sampleSubject } from "../../../shared/image/quality/sample_subject.ts";
import { type Raster, rectOf } from "../../../shared/image/raster.ts";
import { box, draw, drawMask, solid, within } from "../../helpers/pixels.ts";
import { drawCars } from "../../helpers/striped_car.ts";

const SIZE = { width: 800, height: 480 };
const CAR = { x: 100, y: 100, width: 600, height: 280 };
const car = (look = {}) => drawCars(SIZE, [CAR], look);
const near = (actual: number | null, expected: number, by: number) =>
  assert.ok(actual !== null && Math.abs(actual - expected) <= by, `${actual} is not ${expected}`);

Deno.test("edgeWidth() is the ramp's width in pixels, at any contrast", () => {
  for (const rampPx of [1, 3, 6, 12]) {
    for (const levels of [[200, 60], [130, 20]]) {
      near(edgeWidth(car({ rampPx, levels }), levels[0] / 255), rampPx, 0.15 * rampPx + 0.3);
    }
  }
});

Deno.test("edgeWidth() finds edges that are too flat for the picture's own size", () => {
  const wide = draw({ width: 1200, height: 800 }, (x, y) => {
    const level = 130 + 60 * Math.sin(x / 60) * Math.sin(y / 60);
    return [level, level, level, 255];
  });
  const width = edgeWidth(wide, 0.75);
  assert.ok(width !== null && width > 20, `${width}`);
});

Deno.test("edgeWidth() takes the wider of both directions, as motion blurs one only", () => {
  const motion = draw(SIZE, (x, y) => {
    const ramp = Math.min(1, (x % 40) / 10);
    const level = 60 + 70 * (Math.floor(x / 40) % 2 ? ramp : 1 - ramp) +
      70 * (Math.floor(y / 40) % 2);
    return [level, level, level, 255];
  });
  near(edgeWidth(motion, 0.8), 10, 2);
});

Deno.test("edgeWidth() is null for a plain picture, and ignores noise and the cutout's outline", () => {
  assert.equal(edgeWidth(solid(SIZE, [200, 30, 20, 255]), 0.5), null);
  assert.equal(edgeWidth(box(SIZE, CAR, [200, 30, 20, 255]), 0.5), null);
  const noisy = draw(SIZE, (x, y) => {
    const level = 100 + (x * 7_919 + y * 104_729) % 13;
    return [level, level, level, 255];
  });
  assert.equal(edgeWidth(noisy, 0.5), null);
});

Deno.test("sampleSubject() measures brightness and burnt-out pixels of solid pixels only", () => {
  const half = draw(
    SIZE,
    (x, y) =>
      within(CAR, x, y) ? x < 400 ? [255, 254, 253, 255] : [51, 51, 51, 255] : [255, 255, 255, 20],
  );
  const sample = sampleSubject(half);
  near(sample.overexposed, 0.5, 0.02);
  near(sample.brightness, 0.996, 0.005);
  const dark = sampleSubject(box(SIZE, CAR, [51, 51, 51, 255]));
  assert.deepEqual([dark.brightness, dark.overexposed], [0.2, 0]);
  assert.equal(sampleSubject(box(SIZE, CAR, [51, 51, 51, 100])).brightness, null);
});

Deno.test("sampleSubject() measures the share of half-transparent pixels, whatever the picture's size", () => {
  for (const scale of [0.2, 1, 3]) {
    const size = { width: 800 * scale, height: 480 * scale };
    const image = draw(
      size,
      (x) => [90, 90, 90, x < size.width / 4 ? 128 : x < size.width / 2 ? 10 : 255],
    );
    near(sampleSubject(image).halfTransparent, 1 / 3, 0.03);
  }
});

Deno.test("countSubjects() counts large separate parts", () => {
  const parts = (...widths: number[]) =>
    countSubjects(drawMask({ width: 200, height: 50 }, (x, y) => {
      const at = Math.floor(x / 50);
      return at < widths.length && x % 50 < widths[at] && y < 40 ? 255 : 0;
    }));
  assert.equal(parts(), 0);
  assert.equal(parts(40), 1);
  assert.equal(parts(40, 40, 30), 3);
  assert.equal(parts(40, 3), 1); // a part of 7.5 %
  assert.equal(parts(40, 4), 2);
});

Deno.test("edgeContact() measures each edge of the photo, within 2 pixels of it", () => {
  const crop = solid({ width: 50, height: 40 }, [0, 0, 0, 255]);
  const contact = (x: number, y: number, image: Raster = crop) =>
    edgeContact(image, { ...rectOf(image), x, y }, { width: 100, height: 80 });
  assert.deepEqual(contact(20, 20), { left: 0, top: 0, right: 0, bottom: 0 });
  assert.deepEqual(contact(0, 20), { left: 0.5, top: 0, right: 0, bottom: 0 });
  assert.deepEqual(contact(50, 0), { left: 0, top: 0.5, right: 0.5, bottom: 0 });
  assert.deepEqual(contact(25, 38), { left: 0, top: 0, right: 0, bottom: 0.5 });
  assert.deepEqual(contact(25, 37).bottom, 0);
  const soft = draw(crop, (x) => [0, 0, 0, x < 2 ? 90 : 255]);
  assert.deepEqual(contact(0, 20, soft).left, 0.5);
  assert.deepEqual(contact(1, 20, soft).left, 0);
});

Deno.test("measureQuality() leaves out what the origin of the cutout does not allow", () => {
  const crop = (image: Raster): Crop => ({
    image,
    box: rectOf(image),
    subject: null,
    isUncertain: false,
  });
  const tight = crop(drawCars(CAR, [rectOf(CAR)]));
  assert.equal(measureQuality(tight, CAR, "own").edge_contact, null);
  assert.ok(measureQuality(tight, CAR, "mask").edge_contact! > 0.5);
  const free = crop(car());
  assert.equal(measureQuality(free, SIZE, "own").edge_contact, 0);
  assert.equal(measureQuality(free, SIZE, "image").half_transparent, null);
  const { edge_width, brightness, ...others } = measureQuality(free, SIZE, undefined);
  near(edge_width, 1, 0.3);
  near(brightness, 200 / 255, 0.01);
  assert.deepEqual(new Set(Object.values(others)), new Set([null]));
});
