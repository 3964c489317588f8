// Proves the geometry of the working image, the padding and the variants.
import assert from "node:assert/strict";
import { jpegScale, pad, planVariant, VARIANTS, workingSize } from "../../shared/image/plan.ts";

const FITS = ["contain", "cover", "fill"] as const;
const CROPS = [[1648, 751], [751, 1648], [600, 400], [1200, 800], [300, 200], [1, 1], [2048, 1], [
  1,
  2048,
], [333, 777]];

Deno.test("workingSize() averages whole pixels if the result is near the requested size", () => {
  const of = (width: number, height: number) => {
    const size = workingSize({ width, height }, 2048);
    return [size.width, size.height, size.pixelsPerPixel];
  };
  assert.deepEqual(of(4032, 3024), [2016, 1512, 2]);
  assert.deepEqual(of(3024, 4032), [1512, 2016, 2]);
  assert.deepEqual(of(6000, 4000), [2000, 1333, 3]);
  assert.deepEqual(of(2304, 1536), [2304, 1536, 1]);
  assert.deepEqual(of(640, 427), [640, 427, 1]);
  assert.deepEqual(of(16384, 1), [2048, 1, 8]);
});

Deno.test("workingSize() scales to the requested size otherwise", () => {
  assert.deepEqual(workingSize({ width: 5000, height: 2500 }, 2048), {
    width: 2048,
    height: 1024,
    pixelsPerPixel: 5000 / 2048,
  });
});

Deno.test("workingSize() stays between 85 % and 112.5 % of the requested size, and never enlarges", () => {
  for (let long = 1; long <= 16_384; long += 13) {
    const { width } = workingSize({ width: long, height: 1 }, 2048);
    assert.ok(width >= Math.min(long, Math.floor(2048 * 0.85)), `${long} -> ${width}`);
    assert.ok(width <= Math.min(long, 2304), `${long} -> ${width}`);
  }
});

Deno.test("jpegScale() chooses eighths: slightly below the working size, or the next above", () => {
  const chosen = (long: number) =>
    Math.round((jpegScale({ width: long, height: 100 }, 2048).width * 8) / long);
  assert.equal(chosen(1600), 8); // smaller than the working size: unchanged
  assert.equal(chosen(2048), 8);
  assert.equal(chosen(4032), 4); // 2016: within 15 % of 2048
  assert.equal(chosen(3000), 5); // 1875: within 15 % of 2048 too
  assert.equal(chosen(2740), 6); // 2055: 5/8 would be 1713, less than 85 %
  assert.equal(chosen(3276), 5);
  assert.equal(chosen(8192), 2);
  assert.equal(chosen(16384), 1);
});

Deno.test("jpegScale() never goes below 85 % of the working size, nor further above it than one eighth", () => {
  for (let long = 1; long <= 16_384; long += 37) {
    const { width } = jpegScale({ width: long, height: 1 }, 2048);
    assert.ok(width >= Math.min(long, 2048 * 0.85), `${long} -> ${width}`);
    assert.ok(width <= Math.max(2048, 2048 + long / 8) + 1, `${long} -> ${width}`);
  }
});

Deno.test("pad() widens each side", () => {
  const padded = pad({ x: 100, y: 80, width: 30, height: 20 }, 50, { width: 400, height: 300 });
  assert.deepEqual(padded, { x: 50, y: 30, width: 130, height: 120 });
});

Deno.test("pad() clamps each side separately", () => {
  const within = { width: 400, height: 300 };
  assert.deepEqual(pad({ x: 10, y: 5, width: 30, height: 20 }, 50, within), {
    x: 0,
    y: 0,
    width: 90,
    height: 75,
  });
  assert.deepEqual(pad({ x: 380, y: 290, width: 20, height: 10 }, 50, within), {
    x: 330,
    y: 240,
    width: 70,
    height: 60,
  });
  assert.deepEqual(pad({ x: 0, y: 0, ...within }, 1000, within), { x: 0, y: 0, ...within });
});

Deno.test("pad() by 0 changes nothing", () => {
  const rect = { x: 3, y: 4, width: 5, height: 6 };
  assert.deepEqual(pad(rect, 0, { width: 100, height: 100 }), rect);
});

Deno.test("planVariant() keeps the crop's size for `processed`, and adds 40 pixels for the shadow", () => {
  const crop = { width: 700, height: 300 };
  const plain = planVariant("processed", crop, "contain", false);
  assert.deepEqual(plain.frame, crop);
  assert.deepEqual(plain.target, { x: 0, y: 0, ...crop });
  const shaded = planVariant("processed", crop, "contain", true);
  assert.deepEqual(shaded.frame, { width: 740, height: 340 });
  assert.deepEqual(shaded.target, { x: 20, y: 20, ...crop });
  assert.equal(shaded.scale, 1);
});

Deno.test("planVariant() gives grid and detail their exact sizes, whatever the crop, fit and shadow", () => {
  for (const [width, height] of CROPS) {
    for (const fit of FITS) {
      for (const shadow of [true, false]) {
        const crop = { width, height };
        assert.deepEqual(planVariant("grid", crop, fit, shadow).frame, { width: 600, height: 400 });
        assert.deepEqual(planVariant("detail", crop, fit, shadow).frame, {
          width: 1200,
          height: 800,
        });
      }
    }
  }
});

Deno.test("planVariant() contains: the whole crop, undistorted, centred, touching two sides", () => {
  const { source, target, scale } = planVariant(
    "detail",
    { width: 1648, height: 751 },
    "contain",
    true,
  );
  assert.deepEqual(source, { x: 0, y: 0, width: 1648, height: 751 });
  assert.deepEqual(target, { x: 0, y: 126, width: 1200, height: 547 });
  assert.ok(Math.abs(scale - 1200 / 1648) < 1e-12);
  const tall = planVariant("grid", { width: 500, height: 1000 }, "contain", false);
  assert.deepEqual(tall.target, { x: 200, y: 0, width: 200, height: 400 });
});

Deno.test("planVariant() contains a small crop by enlarging it", () => {
  const { target, scale } = planVariant("detail", { width: 300, height: 200 }, "contain", false);
  assert.deepEqual([target, scale], [{ x: 0, y: 0, width: 1200, height: 800 }, 4]);
});

Deno.test("planVariant() covers: the whole frame, from the middle of the crop, undistorted", () => {
  const { source, target } = planVariant("grid", { width: 1200, height: 400 }, "cover", false);
  assert.deepEqual(source, { x: 300, y: 0, width: 600, height: 400 });
  assert.deepEqual(target, { x: 0, y: 0, width: 600, height: 400 });
  const tall = planVariant("detail", { width: 600, height: 1000 }, "cover", false);
  assert.deepEqual(tall.source, { x: 0, y: 300, width: 600, height: 400 });
  assert.equal(tall.scale, 2);
});

Deno.test("planVariant() fills: the whole crop over the whole frame", () => {
  const { source, target } = planVariant("grid", { width: 333, height: 777 }, "fill", false);
  assert.deepEqual(source, { x: 0, y: 0, width: 333, height: 777 });
  assert.deepEqual(target, { x: 0, y: 0, width: 600, height: 400 });
});

Deno.test("planVariant() gives a stretched crop's shadow the geometric mean of both scales", () => {
  const { scale } = planVariant("grid", { width: 300, height: 800 }, "fill", true);
  assert.equal(scale, 1); // 2 across and 0.5 down
});

Deno.test("planVariant() always plans within the crop and within the frame", () => {
  for (const [width, height] of CROPS) {
    for (const fit of FITS) {
      for (const name of VARIANTS) {
        const { source, target, frame, scale } = planVariant(name, { width, height }, fit, true);
        const what = `${name} ${fit} ${width} x ${height}`;
        for (const [rect, bound] of [[source, { width, height }], [target, frame]] as const) {
          assert.ok(rect.x >= 0 && rect.y >= 0 && rect.width >= 1 && rect.height >= 1, what);
          assert.ok(
            rect.x + rect.width <= bound.width && rect.y + rect.height <= bound.height,
            what,
          );
        }
        assert.ok(Number.isFinite(scale) && scale > 0, what);
      }
    }
  }
});
