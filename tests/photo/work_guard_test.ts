// Proves how much work one photo costs, as a number of decodes, passes, copies and encodes: CPU that no test can
// time. Each number was chosen by its cost (bench/RESULTS.md); measure a change that raises one in the bench first.
import assert from "node:assert/strict";
import { Admission } from "../../shared/isolate/admission.ts";
import { CachedRemover } from "../../shared/background/cached_remover.ts";
import type { BackgroundRemover } from "../../shared/background/cutout.ts";
import type { Mask } from "../../shared/image/raster.ts";
import type { ProcessOptions } from "../../shared/photo/options.ts";
import { processPhoto } from "../../shared/photo/process_photo.ts";
import { PhotoJob } from "../../shared/photo/photo_job.ts";
import { joinBytes } from "../../shared/lib/join_bytes.ts";
import { ok } from "../../shared/lib/result.ts";
import type { VariantStore } from "../../shared/storage/variant_store.ts";
import { detailGeometry } from "../helpers/car_geometry.ts";
import { countWork, type Work } from "../helpers/count_work.ts";
import { fixture, fixtureMask } from "../helpers/fixtures.ts";
import { pngOf } from "../helpers/png_files.ts";
import { photoOf } from "../helpers/photo_of.ts";
import { valueOf } from "../helpers/result.ts";

const photo = await fixture("street.jpg"); // 4032 x 3024
const FRAME = "2016 x 1512"; // the JPEG decoder's size at four eighths
const mask = await fixtureMask("street", { width: 2016, height: 1512 });
const { crop } = detailGeometry(mask);
const CROP = `${crop.width} x ${crop.height}`;
const PROCESSED = `${crop.width + 40} x ${crop.height + 40}`;

const store = { save: () => Promise.resolve(ok({})) } as unknown as VariantStore;

/** A grey PNG of a mask, as API4.ai returns it. */
function pngOfMask({ width, height, data }: Mask): Uint8Array<ArrayBuffer> {
  const rows = new Uint8Array(height * (width + 1)); // each starts with the number of its filter: none
  for (let y = 0; y < height; y++) {
    rows.set(data.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  }
  return pngOf({ width, height, rows });
}

function remover(mask: Mask): BackgroundRemover {
  return {
    provider: "fake",
    name: "API4.ai",
    variant: "1",
    kind: "mask",
    remove: () => Promise.resolve({ kind: "mask", bytes: pngOfMask(mask) }),
  };
}

async function workOf(
  options: Partial<ProcessOptions> = {},
  bytes: Uint8Array<ArrayBuffer> = photo,
): Promise<Work> {
  return await countWork(async () => {
    const deps = {
      remover: new CachedRemover(remover(mask)),
      store,
      limits: { maxPixels: 64_000_000 },
      cpuBudgetMs: 0,
      admission: new Admission({ budgetMs: 0 }),
    };
    valueOf(await processPhoto(new PhotoJob("r-1"), photoOf(bytes, options), deps));
  });
}

Deno.test("a photo is decoded once, at its working size, and encoded once for each file", async () => {
  const work = await workOf();
  // One decode, scaled by the JPEG decoder: full size would be four times the pixels, and need a resample.
  assert.deepEqual(work.decodes, [`plain JPEG ${FRAME}`]);
  assert.deepEqual(work.passes, []); // ImageMagick has nothing to do
  // The frame is encoded once, as the JPEG for the background remover; the engine writes nothing.
  assert.deepEqual(work.jpegs, [FRAME]);
  assert.deepEqual(work.encodes, []);
  // Only the crop's pixels leave it.
  assert.deepEqual(work.copies, [CROP]);
  // The two variants with sizes of their own are resampled once each; `processed` is the unchanged crop.
  const resamples = [`${CROP} to 1200 x 620`, `${CROP} to 600 x 310`];
  assert.deepEqual(work.resamples.toSorted(), resamples);
  // One file per variant.
  assert.deepEqual(work.webps.toSorted(), ["1200 x 800", PROCESSED, "600 x 400"].toSorted());
});

Deno.test("a JPEG that ImageMagick decodes costs no more passes over its pixels", async () => {
  // Photoshop's data may hold a density: the pixel loops leave such a file to ImageMagick.
  const withPhotoshop = joinBytes([
    photo.subarray(0, 2),
    Uint8Array.of(0xff, 0xed, 0, 2),
    photo.subarray(2),
  ]);
  const work = await workOf({}, withPhotoshop);
  assert.deepEqual(work.decodes, [`JPEG ${FRAME}`]);
  // No resize, rotation, colour conversion or search for opaque pixels of a whole frame. `autoOrient` of an upright
  // photo changes nothing.
  assert.deepEqual(work.passes, ["autoOrient"]);
  assert.deepEqual([work.jpegs, work.encodes], [[FRAME], []]);
  assert.deepEqual(work.copies, [CROP]);
  assert.equal(work.webps.length, 3);
});

Deno.test("a photo that keeps its background is not encoded for the remover", async () => {
  const work = await workOf({ skip_background_removal: true });
  assert.deepEqual(work.decodes, [`plain JPEG ${FRAME}`]);
  assert.deepEqual(work.passes, []);
  assert.deepEqual([...work.jpegs, ...work.encodes], []); // nothing is sent
  assert.deepEqual(work.copies, [FRAME]); // the search for non-white pixels reads the whole photo once
  assert.equal(work.resamples.length, 2);
  assert.equal(work.webps.length, 3);
});

Deno.test("a variant that is not requested costs nothing", async () => {
  const work = await workOf({ variants: ["grid"] });
  assert.deepEqual(work.decodes, [`plain JPEG ${FRAME}`]);
  assert.deepEqual(work.jpegs, [FRAME]);
  assert.deepEqual(work.copies, [CROP]);
  assert.deepEqual(work.resamples, [`${CROP} to 600 x 310`]);
  assert.deepEqual(work.webps, ["600 x 400"]);
});

Deno.test("png variants are written by ImageMagick only, each once", async () => {
  const work = await workOf({ format: "png" });
  const files = [PROCESSED, "1200 x 800", "600 x 400"]; // the largest first
  // The photo, and each variant's raw pixels: a copy without decoding.
  assert.deepEqual(work.decodes, [`plain JPEG ${FRAME}`, ...files.map((size) => `RGBA ${size}`)]);
  assert.deepEqual(work.encodes, files.map((size) => `PNG ${size}`));
  assert.deepEqual(work.passes, []);
  assert.deepEqual(work.copies, [CROP]);
  assert.equal(work.resamples.length, 2);
  assert.deepEqual(work.webps, []); // libwebp is not used
});

Deno.test("the counter removes itself and counts each photo separately", async () => {
  const [first, second] = [
    await workOf({ variants: ["grid"] }),
    await workOf({ variants: ["grid"] }),
  ];
  assert.deepEqual(second, first);
});
