// Proves that quality control warns of no good photo, and of each fault when it is added to one of them.
import assert from "node:assert/strict";
import {
  Channels,
  EvaluateOperator,
  type IMagickImage,
  MagickFormat,
} from "@imagemagick/magick-wasm";
import { cropSubject } from "../../../shared/image/edit/crop_subject.ts";
import { measureQuality } from "../../../shared/image/quality/measure_quality.ts";
import type { Mask, Size } from "../../../shared/image/raster.ts";
import { qualityWarnings } from "../../../shared/photo/quality_warnings.ts";
import type { QualityCode } from "../../../shared/photo/warning.ts";
import { CARS, decoded, fixture, fixtureMask } from "../../helpers/fixtures.ts";
import { fileOf, rasterOf } from "../../helpers/magick_files.ts";

const OPTIONS = { crop: "auto", padding: 50 } as const;

async function codesOf(file: Uint8Array, maskOf: (size: Size) => Mask | Promise<Mask>) {
  using photo = await decoded(file);
  const crop = cropSubject(photo, { kind: "mask", mask: await maskOf(photo.size) }, OPTIONS);
  return qualityWarnings(measureQuality(crop, photo.size, "mask"), []).map(({ code }) => code);
}

for (const { name } of CARS) {
  Deno.test(`quality control has no warning for ${name}`, async () => {
    const mask = (size: Size) => fixtureMask(name, size);
    assert.deepEqual(await codesOf(await fixture(`${name}.jpg`), mask), []);
  });
}

const exposed = (factor: number) => (image: IMagickImage) =>
  image.evaluate(Channels.All, EvaluateOperator.Multiply, factor);

const FAULTS: [
  name: string,
  what: string,
  code: QualityCode,
  edit: (image: IMagickImage) => void,
][] = [
  ["dark", "blurred by 3 pixels", "blurry", (image) => image.blur(0, 3)],
  ["dark", "blurred by 15 pixels", "blurry", (image) => image.blur(0, 15)],
  ["dark", "shaken", "blurry", (image) => image.motionBlur(0, 12, 0)],
  ["dark", "taken with a quarter of the light", "too_dark", exposed(0.25)],
  ["studio", "taken with twice the light", "overexposed", exposed(2)],
];
for (const [name, what, code, edit] of FAULTS) {
  Deno.test(`quality control warns of ${name} if it is ${what}`, async () => {
    const photo = await rasterOf(await fixture(`${name}.jpg`));
    const file = await fileOf(photo, MagickFormat.Jpeg, { edit });
    assert.deepEqual(await codesOf(file, (size) => fixtureMask(name, size)), [code]);
  });
}
