// Proves how a mask is applied to an image.
import assert from "node:assert/strict";
import { applyMask } from "../../../shared/image/edit/apply_mask.ts";
import { at, drawMask, solid } from "../../helpers/pixels.ts";

Deno.test("applyMask() multiplies alpha by the mask and keeps the colours", () => {
  for (const alpha of [0, 1, 100, 254, 255]) {
    for (const cover of [0, 1, 127, 128, 254, 255]) {
      const image = solid({ width: 1, height: 1 }, [10, 20, 30, alpha]);
      applyMask(image, drawMask({ width: 1, height: 1 }, () => cover), { x: 0, y: 0 });
      assert.deepEqual(at(image, 0, 0), [10, 20, 30, Math.round((alpha * cover) / 255)]);
    }
  }
});

Deno.test("applyMask() uses the mask at the image's position in the frame", () => {
  const mask = drawMask({ width: 10, height: 8 }, (x, y) => y * 10 + x);
  const image = solid({ width: 3, height: 2 }, [1, 2, 3, 255]);
  applyMask(image, mask, { x: 4, y: 5 });
  const alphas = [0, 1].map((y) => [0, 1, 2].map((x) => at(image, x, y)[3]));
  assert.deepEqual(alphas, [[54, 55, 56], [64, 65, 66]]);
});
