// Proves that the engine reports its steps while it decodes, that a listener can stop it at any of them, and that it
// works on as before.
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { decodePhoto } from "../../../shared/image/decode/decode.ts";
import { INPUT_FORMATS, type InputFormat } from "../../../shared/image/image_format.ts";
import { inspectPhoto } from "../../../shared/image/decode/inspect_photo.ts";
import { loadMagick } from "../../../shared/image/engine/magick.ts";
import type { OnStep } from "../../../shared/image/engine/engine_steps.ts";
import { rgbProfile, SRGB } from "../../../shared/image/decode/icc_profile.ts";
import { decoded, fixture } from "../../helpers/fixtures.ts";
import { engineBytes } from "../../helpers/in_process_photo.ts";
import { fileOf, rasterOf } from "../../helpers/magick_files.ts";
import { valueOf } from "../../helpers/result.ts";

const picture = await rasterOf(await fixture("small.jpg"), (image) => image.resize(320, 240));
const of = (format: MagickFormat) => fileOf(picture, format);
const FILES: Record<InputFormat, Uint8Array<ArrayBuffer>> = {
  jpeg: await of(MagickFormat.Jpeg),
  png: await of(MagickFormat.Png8), // a plain one is read row by row (png_rows_test.ts)
  webp: await of(MagickFormat.WebP),
  heic: await fixture("formats/small.heic"),
  avif: await of(MagickFormat.Avif),
  tiff: await of(MagickFormat.Tiff),
  bmp: await of(MagickFormat.Bmp),
  gif: await of(MagickFormat.Gif),
};

/** Formats whose decoders work in one step: the estimate from their header bounds their cost. */
const IN_ONE_STEP: readonly InputFormat[] = ["heic", "avif", "gif"];

function decode(file: Uint8Array, onStep?: OnStep, longSidePx = 2_048) {
  const header = valueOf(inspectPhoto(file, { maxPixels: 64e6 }));
  return decodePhoto(file, header, longSidePx, onStep);
}

async function countSteps(file: Uint8Array, longSidePx?: number): Promise<number> {
  let steps = 0;
  const photo = valueOf(await decode(file, () => ++steps > 0, longSidePx));
  photo[Symbol.dispose]();
  return steps;
}

for (const format of INPUT_FORMATS) {
  const inOneStep = IN_ONE_STEP.includes(format);
  Deno.test(`decoding a ${format} reports ${inOneStep ? "no rows" : "its rows"}, and so does scaling`, async () => {
    const reading = await countSteps(FILES[format]);
    assert.ok(inOneStep ? reading === 0 : reading >= 200, `${reading}`);
    // A JPEG is scaled by its decoder.
    const scaling = await countSteps(FILES[format], 150) - reading;
    assert.ok(format === "jpeg" || scaling >= 250, `${scaling}`);
  });

  Deno.test(`decoding a ${format} can stop at any step, and the engine works on as before`, async () => {
    const engine = await loadMagick();
    const before = await pixels();
    const total = await countSteps(FILES[format], 150);
    const held = engineBytes();
    for (let share = 0; share < 1; share += 0.04) {
      let left = Math.floor(share * total);
      const result = await decode(FILES[format], () => left-- > 0, 150);
      assert.ok(!result.ok && result.error.code === "image_too_costly", `${share}`);
      assert.match(result.error.message, new RegExp(`Decoding the ${format} was stopped`));
      assert.equal(left, -1, "no step follows the refused one");
      assert.equal(result.error.details?.stopped, true);
    }
    assert.equal(await loadMagick(), engine);
    assert.equal(engine.handle.images, 0);
    assert.ok(engineBytes() - held <= 1 << 20, `${engineBytes() - held} more bytes are held`);
    assert.deepEqual(await pixels(), before);
  });
}

Deno.test("colour conversion and turning can be stopped, too", async () => {
  const file = await fileOf(picture, MagickFormat.Bmp);
  const plain = await countSteps(file);
  const turned = await fileOf(picture, MagickFormat.Png, {
    icc: rgbProfile("sRGB of another curve", SRGB, [0, 0.2, 0.5, 1]),
    edit: (image) => image.orientation = 6,
  });
  const steps = await countSteps(turned);
  assert.ok(steps > plain + 200, `${steps}`);
  for (let at = plain; at < steps; at += 25) {
    let left = at;
    const result = await decode(turned, () => left-- > 0);
    assert.ok(!result.ok && result.error.code === "image_too_costly");
  }
});

Deno.test("a hundred stops leave no memory in the engine", async () => {
  const engine = await loadMagick();
  const stop = async () => {
    const result = await decode(FILES.png, () => false);
    assert.equal(result.ok, false);
  };
  for (let i = 0; i < 10; i++) await stop();
  const held = engineBytes();
  for (let i = 0; i < 100; i++) await stop();
  assert.equal(engineBytes(), held);
  assert.equal(await loadMagick(), engine);
});

async function pixels() {
  using photo = await decoded(FILES.jpeg);
  return photo.read({ x: 0, y: 0, ...photo.size });
}
