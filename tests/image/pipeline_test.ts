// Proves that each variant is rendered with its size, fit, shadow, background and type.
import assert from "node:assert/strict";
import { renderVariant } from "../../shared/image/pipeline.ts";
import { type Fit, planVariant, type VariantName, VARIANTS } from "../../shared/image/plan.ts";
import { rasterOf } from "../helpers/magick_files.ts";
import { assertNear, at, draw } from "../helpers/pixels.ts";

const CROP = { width: 220, height: 130 };
const crop = draw(
  CROP,
  (x, y) => Math.hypot((x - 110) / 2, y - 65) < 40 ? [180, 40, 30, 255] : [0, 0, 0, 0],
);
const CLEAR = { r: 255, g: 255, b: 255, a: 0 };
const WHITE = { ...CLEAR, a: 255 };

const render = async (name: VariantName, fit: Fit, shadow: boolean, background = CLEAR) =>
  await rasterOf(
    await renderVariant(crop, {
      ...planVariant(name, CROP, fit, shadow),
      shadow,
      background,
      format: "png",
      quality: 82,
    }),
  );

const SIZES = { grid: [600, 400], detail: [1200, 800] };

for (const name of VARIANTS) {
  for (const fit of ["contain", "cover", "fill"] as const) {
    Deno.test(`renderVariant() gives ${name} with ${fit} its exact size, with and without a shadow`, async () => {
      for (const shadow of [true, false]) {
        const { width, height } = await render(name, fit, shadow);
        const processed = shadow ? [260, 170] : [220, 130];
        assert.deepEqual([width, height], name === "processed" ? processed : SIZES[name]);
      }
    });
  }
}

Deno.test("renderVariant() does not change the crop", async () => {
  const before = crop.data.slice();
  for (const name of VARIANTS) {
    for (const fit of ["contain", "cover", "fill"] as const) await render(name, fit, true, WHITE);
  }
  assert.deepEqual(crop.data, before);
});

Deno.test("renderVariant() is transparent outside the car and its shadow", async () => {
  const image = await render("detail", "contain", true);
  for (const [x, y] of [[0, 0], [1199, 0], [0, 799]]) assert.equal(at(image, x, y)[3], 0);
  assert.deepEqual(at(image, 600, 400), [180, 40, 30, 255]);
});

Deno.test("renderVariant() keeps the car's proportions with contain and stretches with fill", async () => {
  const extent = async (fit: Fit) => {
    const image = await render("grid", fit, false);
    let [across, down] = [0, 0];
    for (let x = 0; x < 600; x++) if (at(image, x, 200)[3] > 127) across++;
    for (let y = 0; y < 400; y++) if (at(image, 300, y)[3] > 127) down++;
    return across / down;
  };
  assert.ok(Math.abs(await extent("contain") - 2) < 0.03);
  assert.ok(Math.abs(await extent("cover") - 2) < 0.03);
  assert.ok(Math.abs(await extent("fill") - 2 * (600 / 220) / (400 / 130)) < 0.03);
});

Deno.test("renderVariant() draws the shadow only on request", async () => {
  const alpha = async (shadow: boolean) => at(await render("grid", "contain", shadow), 460, 300)[3];
  assert.equal(await alpha(false), 0);
  assert.ok(await alpha(true) > 20);
});

Deno.test("renderVariant() puts the background behind the shadow", async () => {
  const image = await render("grid", "contain", true, WHITE);
  assert.deepEqual(at(image, 0, 0), [255, 255, 255, 255]);
  const [r, g, b, a] = at(image, 460, 300);
  assert.ok(a === 255 && r === g && g === b && r > 120 && r < 240, `${[r, g, b, a]}`);
});

Deno.test("renderVariant() writes the requested type", async () => {
  const plan = planVariant("grid", CROP, "contain", true);
  const jpeg = await renderVariant(crop, {
    ...plan,
    shadow: true,
    background: WHITE,
    format: "jpeg",
    quality: 90,
  });
  assert.deepEqual([...jpeg.subarray(0, 3)], [0xff, 0xd8, 0xff]);
  assertNear(at(await rasterOf(jpeg), 2, 2), [255, 255, 255, 255], 2);
});
