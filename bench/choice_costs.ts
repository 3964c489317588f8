/**
 * Measures alternatives for single steps of the job in one process, and prints them as JSON: rows of step, name, CPU of the
 * first run and median CPU of the later runs in milliseconds, and bytes. `deno run -A bench/choice_costs.ts` (Linux)
 *
 * @module
 */
import {
  MagickFormat,
  MagickGeometry,
  MagickImage,
  MagickReadSettings,
} from "@imagemagick/magick-wasm";
import encodeWithLibwebp from "@jsquash/webp/encode.js";
import { alphaOf } from "../shared/image/edit/bounds.ts";
import { cropSubject } from "../shared/image/edit/crop_subject.ts";
import { decodePhoto } from "../shared/image/decode/decode.ts";
import { decodeGreyPng } from "../shared/image/decode/png/decode_grey_png.ts";
import { inspectPhoto } from "../shared/image/decode/inspect_photo.ts";
import { loadMagick } from "../shared/image/engine/magick.ts";
import { planVariant, WORKING_SIDE_PX } from "../shared/image/plan.ts";
import { place } from "../shared/image/edit/place.ts";
import type { Raster } from "../shared/image/raster.ts";
import { resample } from "../shared/image/edit/resample.ts";
import { drawShadow } from "../shared/image/edit/shadow.ts";
import { encodeWebp, loadWebp } from "../shared/image/encode/webp.ts";
import { compressAlpha } from "../shared/image/encode/webp_alpha.ts";
import { readCpuTimes } from "../dev/linux_cpu.ts";

const REPEATS = 7;
const QUALITY = 84;
const rows: [step: string, name: string, firstMs: number, laterMs: number, bytes: number][] = [];

/** Measures several runs of an alternative; `run` returns its output's bytes, or 0. */
async function measure(
  step: string,
  name: string,
  run: () => number | Promise<number>,
): Promise<void> {
  const times: number[] = [];
  let bytes = 0;
  for (let i = 0; i < REPEATS; i++) {
    const before = await readCpuTimes(Deno.pid);
    bytes = await run();
    times.push((await readCpuTimes(Deno.pid)).mainThreadMs - before.mainThreadMs);
  }
  const later = times.slice(1).sort((a, b) => a - b);
  rows.push([step, name, times[0], later[Math.floor(later.length / 2)], bytes]);
}

function fixture(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return Deno.readFile(new URL(`../fixtures/${name}`, import.meta.url));
}

/** Scales the photo's mask to the working size, as a PNG. */
async function maskPng(width: number, height: number): Promise<Uint8Array<ArrayBuffer>> {
  const image = MagickImage.create(
    await fixture("street.mask.png"),
    new MagickReadSettings({ format: MagickFormat.Png, frameIndex: 0, frameCount: 1 }),
  );
  try {
    image.resize(new MagickGeometry(width, height));
    return image.write(MagickFormat.Png, (bytes) => bytes.slice() as Uint8Array<ArrayBuffer>);
  } finally {
    image.dispose();
  }
}

function readWithMagick(file: Uint8Array): number {
  const image = MagickImage.create();
  try {
    image.read(file, new MagickReadSettings({ format: MagickFormat.Png }));
    image.getPixels((pixels) => pixels.toByteArray(0, 0, image.width, image.height, "R"));
    return 0;
  } finally {
    image.dispose();
  }
}

function resampleWithMagick({ width, height, data }: Raster, to: MagickGeometry): number {
  const settings = new MagickReadSettings({ format: MagickFormat.Rgba, width, height, depth: 8 });
  const image = MagickImage.create(new Uint8Array(data), settings);
  try {
    image.resize(to);
    return 0;
  } finally {
    image.dispose();
  }
}

await Promise.all([loadMagick(), loadWebp()]);
const file = await fixture("street.jpg");
const header = inspectPhoto(file, { maxPixels: 1e9 });
if (!header.ok) throw header.error;
for (const side of [1512, WORKING_SIDE_PX, 2520]) {
  await measure("decode the photo", `to ${side} px or the nearest eighth`, async () => {
    const decoded = await decodePhoto(file, header.value, side);
    if (decoded.ok) decoded.value[Symbol.dispose]();
    return 0;
  });
}
const decoded = await decodePhoto(file, header.value, WORKING_SIDE_PX);
if (!decoded.ok) throw decoded.error;
using photo = decoded.value;
const png = await maskPng(photo.size.width, photo.size.height);
await measure("decode the mask", "here", async () => (await decodeGreyPng(png))!.data.length * 0);
await measure("decode the mask", "ImageMagick", () => readWithMagick(png));

const mask = (await decodeGreyPng(png))!;
const { image: crop } = cropSubject(photo, { kind: "mask", mask }, { crop: "auto", padding: 50 });
const plan = planVariant("detail", crop, "contain", true);
const { width, height } = plan.target;
await measure(
  "resample to detail",
  "here",
  () => resample(crop, plan.target).width * 0,
);
await measure(
  "resample to detail",
  "ImageMagick",
  () => resampleWithMagick(crop, new MagickGeometry(width, height)),
);

const detail = drawShadow(
  place(resample(crop, plan.target), plan.frame, plan.target),
  plan.scale,
);
const alpha = alphaOf(detail).data;
await measure("compress detail's alpha", "here", () => compressAlpha(alpha, detail.width).length);
await measure("encode detail", "here", async () => (await encodeWebp(detail, QUALITY)).length);
for (const method of [0, 1, 2, 3, 4]) {
  await measure("encode detail", `libwebp, method ${method}`, async () => {
    const settings = { quality: QUALITY, method };
    return (await encodeWithLibwebp(detail as unknown as ImageData, settings)).byteLength;
  });
}
console.log(JSON.stringify(rows));
