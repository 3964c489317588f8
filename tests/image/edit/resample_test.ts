// Proves that resampling matches Lanczos on premultiplied alpha.
import assert from "node:assert/strict";
import { resample } from "../../../shared/image/edit/resample.ts";
import { fixture } from "../../helpers/fixtures.ts";
import { lanczos } from "../../helpers/lanczos.ts";
import { rasterOf } from "../../helpers/magick_files.ts";
import { at, draw, solid } from "../../helpers/pixels.ts";
import { psnr } from "../../helpers/psnr.ts";

const GROUNDS = [[0, 0, 0], [255, 255, 255], [128, 128, 128]] as const;
const subject = await rasterOf(await fixture("expected/subject.png"));

for (const [width, height] of [[240, 146], [120, 73], [495, 300], [200, 200]]) {
  Deno.test(`resample() to ${width} x ${height} matches Pillow's Lanczos`, async () => {
    const pillow = await rasterOf(await fixture(`expected/subject.${width}x${height}.png`));
    const resampled = resample(subject, { width, height });
    for (const on of GROUNDS) {
      const similarity = psnr(resampled, pillow, { on });
      assert.ok(similarity >= 50, `${similarity} dB on ${on}`);
    }
  });

  Deno.test(`resample() to ${width} x ${height} matches a textbook Lanczos`, () => {
    const whole = { x: 0, y: 0, width: subject.width, height: subject.height };
    const reference = lanczos(subject, whole, { width, height });
    const resampled = resample(subject, { width, height });
    for (const on of GROUNDS) {
      const similarity = psnr(resampled, reference, { on });
      assert.ok(similarity >= 50, `${similarity} dB on ${on}`);
    }
  });
}

for (const side of [41, 60, 150]) {
  Deno.test(`resample() to ${side} pixels leaves no dark or light fringe around a red disc`, () => {
    for (const hidden of [[0, 0, 0, 0], [255, 255, 255, 0], [0, 255, 0, 0]] as const) {
      const disc = draw(
        { width: 100, height: 100 },
        (x, y) => Math.hypot(x - 49.5, y - 49.5) < 40 ? [255, 0, 0, 255] : hidden,
      );
      const { data } = resample(disc, { width: side, height: side });
      let edge = 0;
      for (let i = 0; i < data.length; i += 4) {
        const [r, g, b, alpha] = data.subarray(i, i + 4);
        if (alpha > 0 && alpha < 250) edge++;
        const seen = (Math.max(255 - r, g, b) * alpha) / 255; // the error after compositing on any colour
        assert.ok(seen <= 1, `${[r, g, b, alpha]} at ${i / 4}`);
      }
      assert.ok(edge > 50, `only ${edge} pixels of edge`);
    }
  });
}

Deno.test("resample() keeps a plain colour plain, up to the border", () => {
  const resampled = resample(solid({ width: 30, height: 20 }, [200, 100, 50, 255]), {
    width: 47,
    height: 9,
  });
  assert.deepEqual([resampled.width, resampled.height], [47, 9]);
  for (const [x, y] of [[0, 0], [46, 0], [0, 8], [46, 8], [23, 4]]) {
    assert.deepEqual(at(resampled, x, y), [200, 100, 50, 255]);
  }
});

Deno.test("resample() returns an image that already has the size", () => {
  const image = solid({ width: 3, height: 2 }, [1, 2, 3, 4]);
  assert.equal(resample(image, { width: 3, height: 2 }), image);
});

Deno.test("resample() does not change its input", () => {
  const before = subject.data.slice();
  resample(subject, { width: 100, height: 60 });
  assert.deepEqual(subject.data, before);
});

Deno.test("resample() scales down to a single pixel", () => {
  const one = resample(solid({ width: 64, height: 48 }, [10, 20, 30, 255]), {
    width: 1,
    height: 1,
  });
  assert.deepEqual(at(one, 0, 0), [10, 20, 30, 255]);
});
