// Proves on the fixtures, whose masks are known, where the car, its colours and its shadow are in each variant.
import assert from "node:assert/strict";
import { cropSubject } from "../../shared/image/edit/crop_subject.ts";
import type { OutputFormat } from "../../shared/image/image_format.ts";
import { renderVariant } from "../../shared/image/pipeline.ts";
import { planVariant, type VariantName } from "../../shared/image/plan.ts";
import type { Mask, Raster, Rect, Size } from "../../shared/image/raster.ts";
import { alphaPlane, boxAbove, detailGeometry, inside, part } from "../helpers/car_geometry.ts";
import { partsOf } from "../helpers/file_parts.ts";
import { CARS, decoded, fixture, fixtureMask } from "../helpers/fixtures.ts";
import { lanczos } from "../helpers/lanczos.ts";
import { rasterOf } from "../helpers/magick_files.ts";
import { at } from "../helpers/pixels.ts";
import { lumaOf, psnr } from "../helpers/psnr.ts";

/** A photograph up to its crop, with its true mask as the cutout. */
interface Prepared {
  working: Size;
  mask: Mask;
  crop: Raster;
}

async function prepare(name: string): Promise<Prepared> {
  using photo = await decoded(await fixture(`${name}.jpg`));
  const mask = await fixtureMask(name, photo.size);
  const options = { crop: "auto", padding: 50 } as const;
  const { image: crop } = cropSubject(photo, { kind: "mask", mask }, options);
  return { working: photo.size, mask, crop };
}

const CLEAR = { r: 255, g: 255, b: 255, a: 0 };

async function render(
  crop: Raster,
  name: VariantName,
  shadow: boolean,
  format: OutputFormat = "png",
) {
  const plan = planVariant(name, crop, "contain", shadow);
  return await renderVariant(crop, { ...plan, shadow, background: CLEAR, format, quality: 84 });
}

for (const { name, size, car } of CARS) {
  let preparing: Promise<Prepared> | undefined;
  const prepared = () => preparing ??= prepare(name); // once for all tests of the photo

  Deno.test(`${name}: the crop is the mask's box plus 50 pixels`, async () => {
    const { mask, crop } = await prepared();
    const expected = detailGeometry(mask).crop;
    assert.deepEqual([crop.width, crop.height], [expected.width, expected.height]);
  });

  Deno.test(`${name}: the variants have their exact sizes, transparent corners and no metadata`, async () => {
    const { crop } = await prepared();
    const sizes = {
      processed: [crop.width + 40, crop.height + 40],
      grid: [600, 400],
      detail: [1200, 800],
    };
    for (const variant of ["processed", "grid", "detail"] as const) {
      const file = await render(crop, variant, true);
      assert.deepEqual(
        partsOf(file).map((p) => p.name).filter((n) => !/^(IHDR|IDAT|IEND|sRGB)$/.test(n)),
        [],
      );
      const image = await rasterOf(file);
      const { width, height } = image;
      assert.deepEqual([width, height], sizes[variant]);
      for (const [x, y] of [[0, 0], [width - 1, 0], [0, height - 1], [width - 1, height - 1]]) {
        assert.equal(at(image, x, y)[3], 0, `${variant} at ${x}, ${y}`);
      }
    }
  });

  Deno.test(`${name}: in detail the car is where the known mask puts it`, async () => {
    const { working, mask, crop } = await prepared();
    const image = await rasterOf(await render(crop, "detail", false));
    const box = boxAbove(image, alphaPlane(image), 127);
    const { crop: from, shown } = detailGeometry(mask);
    const zoom = shown.width / from.width;
    const place = (value: number, full: number, half: number, start: number, to: number) =>
      to + ((value * half) / full - start) * zoom;
    const expected = {
      x: place(car.x, size.width, working.width, from.x, shown.x),
      y: place(car.y, size.height, working.height, from.y, shown.y),
      right: place(car.x + car.width, size.width, working.width, from.x, shown.x),
      bottom: place(car.y + car.height, size.height, working.height, from.y, shown.y),
    };
    const actual = { x: box.x, y: box.y, right: box.x + box.width, bottom: box.y + box.height };
    for (const side of ["x", "y", "right", "bottom"] as const) {
      const off = Math.abs(actual[side] - expected[side]);
      assert.ok(off <= 3, `${side}: ${actual[side]} is not ${expected[side]}`);
    }
  });

  Deno.test(`${name}: in detail the car's colours match a reference rendering`, async () => {
    const { working, mask, crop } = await prepared();
    const { crop: from, shown } = detailGeometry(mask);
    const full = await rasterOf(await fixture(`${name}.jpg`), (image) => image.autoOrient());
    const [across, down] = [full.width / working.width, full.height / working.height];
    const source: Rect = {
      x: from.x * across,
      y: from.y * down,
      width: from.width * across,
      height: from.height * down,
    };
    const reference = lanczos(full, source, shown);
    const lossless = part(await rasterOf(await render(crop, "detail", true)), shown);
    const within = inside(lossless, 4);
    assert.ok(within.data.filter(Boolean).length > 50_000);
    const scaled = psnr(lossless, reference, { mask: within });
    assert.ok(scaled >= 45, `png: ${scaled} dB`);
    const webp = part(await rasterOf(await render(crop, "detail", true, "webp")), shown);
    const colours = psnr(webp, reference, { mask: within }); // WebP halves the colours' resolution at any quality
    const luma = psnr(lumaOf(webp), lumaOf(reference), { mask: within });
    assert.ok(colours >= 36 && luma >= 38, `webp: ${colours} dB, brightness ${luma} dB`);
  });

  Deno.test(`${name}: the shadow falls below and to the right, and is bounded`, async () => {
    const { crop } = await prepared();
    const image = await rasterOf(await render(crop, "processed", true));
    const bare = await rasterOf(await render(crop, "processed", false));
    const car = boxAbove(bare, alphaPlane(bare), 10);
    const [left, top] = [car.x + 20, car.y + 20];
    const shade = (keep: (x: number, y: number) => boolean) => {
      let sum = 0;
      for (let i = 0; i < image.width * image.height; i++) {
        const [x, y] = [i % image.width, Math.floor(i / image.width)];
        const carAlpha = x >= 20 && y >= 20 && x < 20 + bare.width && y < 20 + bare.height
          ? at(bare, x - 20, y - 20)[3]
          : 0;
        if (carAlpha === 0 && keep(x, y)) sum += image.data[i * 4 + 3];
      }
      return sum;
    };
    const [middleX, middleY] = [left + car.width / 2, top + car.height / 2];
    const belowRight = shade((x, y) => x > middleX && y > middleY);
    const aboveLeft = shade((x, y) => x < middleX && y < middleY);
    assert.ok(belowRight > aboveLeft * 1.2, `${belowRight} and ${aboveLeft}`);
    const outside = shade((x, y) =>
      x < left - 30 || y < top - 30 || x >= left + car.width + 60 || y >= top + car.height + 60
    );
    assert.equal(outside, 0);
  });
}
