// Proves what `deno task check-files` counts as a difference, how it reports it, and its exit status: with fake
// readers, and with the function's own decoder on small files.

import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { compareReadings, OUTCOMES } from "../../dev/check_files/compare.ts";
import { FunctionReader } from "../../dev/check_files/function_reader.ts";
import type { FileReader, Picture, Reading } from "../../dev/check_files/reading.ts";
import { runCheck } from "../../dev/check_files/run_check.ts";
import { turned, TURNS } from "../../dev/check_files/turned.ts";
import type { Raster } from "../../shared/image/raster.ts";
import { fileOf } from "../helpers/magick_files.ts";
import { draw, solid } from "../helpers/pixels.ts";

const PICTURE = draw({ width: 24, height: 16 }, (x, y) => [x * 10, y * 15, x * y % 255, 255]);
const SQUARE = draw({ width: 16, height: 16 }, (x, y) => [x * 15, y * 15, x * y, 255]);
const REFUSED: Reading = { status: "refused", reason: "422 invalid_image" };
const read = (image: Raster, more: Partial<Picture> = {}): Picture => ({
  status: "read",
  size: { width: image.width, height: image.height },
  image,
  format: "JPEG",
  ...more,
});
const outcome = (ours: Reading, theirs: Reading) => {
  const { outcome, detail } = compareReadings(ours, theirs, 30);
  return [outcome, detail];
};

Deno.test("equal sizes and pixels are equal, others differ in size or pixels", () => {
  assert.deepEqual(outcome(read(PICTURE), read(PICTURE)), ["the same", ""]);
  const nearly = { ...PICTURE, data: PICTURE.data.map((value) => value ^ 1) };
  assert.deepEqual(outcome(read(PICTURE), read(nearly)), ["the same", ""]);
  const negative = { ...PICTURE, data: PICTURE.data.map((v, i) => i % 4 === 3 ? v : 255 - v) };
  assert.deepEqual(outcome(read(PICTURE), read(negative)), ["pixels", "below 30 dB"]);
  const opaque = solid(PICTURE, [0, 0, 0, 255]);
  assert.deepEqual(outcome(read(solid(PICTURE, [0, 0, 0, 0])), read(opaque))[0], "pixels");
  const larger = read(PICTURE, { size: { width: 48, height: 32 } });
  assert.deepEqual(outcome(read(PICTURE), larger), ["size", "24 x 16, not 48 x 32"]);
});

Deno.test("a turned picture is reported with its turn", () => {
  for (const name of Object.keys(TURNS) as (keyof typeof TURNS)[]) {
    assert.deepEqual(outcome(read(turned(SQUARE, name)), read(SQUARE)), ["orientation", name]);
    const [kind, detail] = outcome(read(turned(PICTURE, name)), read(PICTURE));
    assert.equal(kind, "orientation");
    assert.ok(detail.startsWith(name), detail);
  }
  const [kind, detail] = outcome(read(turned(negative(PICTURE), "turned left")), read(PICTURE));
  assert.deepEqual([kind, detail], ["orientation", "16 x 24, not 24 x 16"]);
});

function negative(image: Raster): Raster {
  return { ...image, data: image.data.map((value, i) => i % 4 === 3 ? value : 255 - value) };
}

Deno.test("the readers' results decide the outcome: a crash, a refusal, another type, or one reader only", () => {
  const crash: Reading = { status: "crashed", reason: "engine_failed" };
  assert.deepEqual(outcome(crash, read(PICTURE)), ["crashed", "engine_failed"]);
  assert.deepEqual(outcome(crash, REFUSED)[0], "crashed");
  assert.deepEqual(outcome(REFUSED, REFUSED)[0], "refused by both");
  assert.deepEqual(outcome(read(PICTURE), REFUSED)[0], "read by the function only");
  assert.deepEqual(outcome(read(PICTURE), crash)[0], "read by the function only");
  assert.deepEqual(outcome(REFUSED, read(PICTURE)), [
    "refused",
    "422 invalid_image, JPEG of 24 x 16",
  ]);
  const unsupported: Reading = { status: "refused", reason: "415 unsupported_image_type" };
  assert.deepEqual(outcome(unsupported, read(PICTURE, { format: "PSD" })), [
    "type not supported",
    "PSD",
  ]);
  for (const format of ["TIFF", "MPO", "jpeg", "DIB", "jpg"]) {
    assert.deepEqual(outcome(unsupported, read(PICTURE, { format }))[0], "refused", format);
  }
});

Deno.test("a whole picture that is reported as damaged is a difference", () => {
  const damaged = read(PICTURE, { isDamaged: true });
  assert.deepEqual(outcome(damaged, read(PICTURE))[0], "called damaged");
  assert.deepEqual(outcome(damaged, damaged)[0], "the same");
});

/** A reader with a fixed result for each file name. */
function fake(name: string, readings: Record<string, Reading>): FileReader {
  return {
    name,
    read: (path) => Promise.resolve(readings[path.split("/").at(-1)!] ?? REFUSED),
    close: () => Promise.resolve(),
  };
}

/** Runs a check over a folder of files. */
async function check(
  files: Record<string, Uint8Array>,
  others: readonly FileReader[],
  ours?: FileReader,
  isAll = false,
): Promise<{ status: number; text: string }> {
  const folder = await Deno.makeTempDir();
  const reader = ours ?? new FunctionReader(60_000);
  try {
    await Deno.mkdir(`${folder}/below`);
    for (const [name, bytes] of Object.entries(files)) {
      await Deno.writeFile(`${folder}/${name}`, bytes);
    }
    const lines: string[] = [];
    const parts = { ours: reader, others, absent: [], print: (line: string) => lines.push(line) };
    const status = await runCheck({ folder, isAll, minPsnr: 30 }, parts);
    return { status, text: lines.join("\n") };
  } finally {
    await reader.close();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the table lists each different file, the summary each kind with its types, and the status is 1", async () => {
  const files = {
    "a.jpg": Uint8Array.of(1),
    "below/b.TIF": Uint8Array.of(1),
    "c.png": Uint8Array.of(1),
    ".hidden": Uint8Array.of(1),
  };
  const ours = fake("ours", { "a.jpg": read(SQUARE), "b.TIF": read(turned(SQUARE, "mirrored")) });
  const theirs = fake("Fake 1.0", { "a.jpg": read(SQUARE), "b.TIF": read(SQUARE) });
  const { status, text } = await check(files, [theirs], ours);
  assert.equal(status, 1);
  assert.match(text, /^Compared with Fake 1\.0\n/);
  assert.match(text, /^orientation +\d+\.\d {2}below\/b\.TIF +Fake 1\.0 +mirrored$/m);
  assert.match(text, /^! orientation +1 {3}tif 1$/m);
  assert.match(text, /^ {2}the same +1 {3}jpg 1\n {0}1 of 3 files are read worse/m);
  assert.doesNotMatch(text, /a\.jpg|c\.png|hidden/);
  const all = await check(files, [theirs], ours, true);
  assert.match(all.text, /^the same +equal {2}a\.jpg/m);
  assert.match(all.text, /^refused by both +c\.png/m);
});

Deno.test("a second reader reads what the first cannot", async () => {
  const files = { "a.avif": Uint8Array.of(1) };
  const ours = fake("ours", { "a.avif": read(SQUARE) });
  const second = fake("Second", { "a.avif": read(SQUARE) });
  const { status, text } = await check(files, [fake("First", {}), second], ours, true);
  assert.equal(status, 0);
  assert.match(text, /^the same +equal {2}a\.avif +Second/m);
  assert.match(text, /No file of 1 is read worse/);
  const alone = await check(files, [fake("First", {})], ours);
  assert.equal(alone.status, 0);
  assert.match(alone.text, /^read by the function only +a\.avif +First +422/m);
});

Deno.test("without another reader nothing is compared, and the status is 2", async () => {
  const { status, text } = await check({}, []);
  assert.equal(status, 2);
  assert.match(text, /nothing to compare with/);
});

Deno.test("the function's decoder treats small files as it treats uploads", async () => {
  const turnedFile = await fileOf(PICTURE, MagickFormat.Tiff, {
    edit: (image) => image.orientation = 6,
  });
  const jpeg = await fileOf(PICTURE, MagickFormat.Jpeg);
  const files = {
    "a.tif": turnedFile,
    "b.jpg": jpeg,
    "c.jpg": jpeg.slice(0, 200),
    "d.txt": Uint8Array.of(65),
  };
  const theirs = fake("Fake", {
    "a.tif": read(turned(PICTURE, "turned right")),
    "b.jpg": read(PICTURE),
    "c.jpg": read(PICTURE),
  });
  const { status, text } = await check(files, [theirs], undefined, true);
  assert.equal(status, 1);
  assert.match(text, /^the same +(equal|\d+\.\d) {2}a\.tif/m);
  assert.match(text, /^the same +\d+\.\d {2}b\.jpg/m);
  assert.match(text, /^refused +c\.jpg +Fake +422 invalid_image, JPEG of 24 x 16$/m);
  assert.match(text, /^refused by both +d\.txt +Fake +415 unsupported_image_type$/m);
  assert.equal(Object.keys(OUTCOMES).filter((kind) => text.includes(`\n! ${kind}`)).length, 1);
});
