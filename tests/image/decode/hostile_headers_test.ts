// Proves that the header parsers read what the decoders read, also in hostile files.
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { readHeifSize } from "../../../shared/image/decode/heif_size.ts";
import { inspectPhoto } from "../../../shared/image/decode/inspect_photo.ts";
import { readJpegHeader } from "../../../shared/image/decode/jpeg/jpeg_header.ts";
import { dropPngTexts } from "../../../shared/image/decode/png/png_text.ts";
import { createRaster } from "../../../shared/image/raster.ts";
import { firstWebpFrame } from "../../../shared/image/decode/webp_first_frame.ts";
import {
  box,
  heifOfBoxes,
  ispe,
  jpegOfScans,
  jpegWith,
  pngInflating,
  webpAnimation,
} from "../../helpers/bombs.ts";
import { concat } from "../../helpers/bytes.ts";
import { partsOf } from "../../helpers/file_parts.ts";
import { fixture } from "../../helpers/fixtures.ts";
import { fileOf, rasterOf } from "../../helpers/magick_files.ts";
import { valueOf } from "../../helpers/result.ts";

const picture = await rasterOf(await fixture("small.jpg"), (image) => image.resize(96, 64));
const jpeg = await fileOf(picture, MagickFormat.Jpeg);
const progressive = await fileOf(picture, MagickFormat.Pjpeg);
const size = { width: 96, height: 64 };
const frame = { ...size, precision: 8, components: 3 };
/** Finds the start of the first scan's data. */
const dataOf = (file: Uint8Array, at = 0) => {
  while (file[at] !== 0xff || file[at + 1] !== 0xda) at++;
  return at + 2 + file[at + 3];
};

Deno.test("readJpegHeader() reads size and scans of baseline and progressive files", () => {
  assert.deepEqual(readJpegHeader(jpeg, 32), {
    ...frame,
    process: 0xc0,
    scans: 1,
    dataAt: dataOf(jpeg),
  });
  assert.equal(readJpegHeader(progressive, 32)?.scans, 10);
  assert.equal(readJpegHeader(jpegOfScans(progressive, 5), 32)?.scans, 15);
  assert.equal(readJpegHeader(jpegOfScans(progressive, 500), 32)?.scans, 33);
});

for (
  const [sampling, samplesPerPixel] of [["4:4:4", 3], ["4:2:2", 2], ["4:2:0", 1.5]] as const
) {
  Deno.test(`readJpegHeader() reads what a progressive file of ${sampling} takes to decode`, async () => {
    const file = await fileOf(picture, MagickFormat.Pjpeg, {
      edit: (image) => image.settings.setDefine(MagickFormat.Jpeg, "sampling-factor", sampling),
    });
    const { coefficientBytes, ...header } = readJpegHeader(file, 32)!;
    assert.deepEqual(header, { ...frame, process: 0xc2, scans: 10, dataAt: dataOf(file) });
    assert.equal(coefficientBytes, 96 * 64 * samplesPerPixel * 2);
  });
}

Deno.test("readJpegHeader() finds libjpeg's frame, not one within another segment's data", () => {
  const inner = [0xff, 0xc0, 0, 17, 8, 0, 9, 0, 9, 3, 1, 17, 0, 2, 17, 1, 3, 17, 1];
  const outer = { ...frame, process: 0xc0, scans: 1, dataAt: dataOf(jpeg) };
  const commented = readJpegHeader(jpegWith(jpeg, 0xfe, Uint8Array.from(inner)), 32);
  assert.deepEqual(commented, { ...outer, dataAt: outer.dataAt + inner.length + 4 });
  const filled = concat(jpeg.subarray(0, 2), [0xff, 0xff, 0xff], jpeg.subarray(2));
  assert.deepEqual(readJpegHeader(filled, 32), { ...outer, dataAt: outer.dataAt + 3 });
});

Deno.test("readJpegHeader() finds nothing if no frame precedes the first scan", () => {
  assert.equal(readJpegHeader(Uint8Array.from([0xff, 0xd8, 0xff, 0xda, 0, 4, 0, 0]), 32), null);
  assert.equal(readJpegHeader(Uint8Array.from([0xff, 0xd8, 0xff, 0xd9]), 32), null);
  for (let length = 2; length < 40; length++) readJpegHeader(jpeg.subarray(0, length), 32);
});

Deno.test("readHeifSize() returns the largest size, and stops at invalid boxes", async () => {
  const two = heifOfBoxes("heic", ispe(10, 20), ispe(4_032, 3_024), 1);
  assert.deepEqual(readHeifSize(two), { width: 4_032, height: 3_024 });
  assert.equal(readHeifSize(heifOfBoxes("heic", box("free"))), null);
  assert.equal(readHeifSize(two.subarray(0, 40)), null);
  const medium = await fixture("formats/medium.heic");
  assert.deepEqual(readHeifSize(medium), { width: 1_008, height: 756 });
});

Deno.test("dropPngTexts() keeps the picture, and leaves files with few texts unchanged", async () => {
  const file = pngInflating("zTXt", 20, 1_000);
  const names = (png: Uint8Array) => partsOf(png).map(({ name }) => name);
  const dropped = dropPngTexts(file);
  assert.deepEqual(names(dropped), ["IHDR", "zTXt", "zTXt", "zTXt", "zTXt", "IDAT", "IEND"]);
  assert.deepEqual(await rasterOf(dropped), await rasterOf(file));
  const few = pngInflating("iTXt", 4, 1_000);
  assert.equal(dropPngTexts(few), few);
});

Deno.test("firstWebpFrame() makes a still picture of the first frame, and leaves other files unchanged", async () => {
  const still = await fileOf(picture, MagickFormat.WebP);
  assert.equal(firstWebpFrame(still), still);
  const vp8 = partsOf(still).find(({ name }) => name === "VP8 ")!.data;
  const animation = webpAnimation({ width: 300, height: 200 }, { ...size, vp8 }, 3);
  assert.deepEqual((await rasterOf(firstWebpFrame(animation))).data, (await rasterOf(still)).data);
  for (let length = 0; length < 90; length++) firstWebpFrame(animation.subarray(0, length));
});

Deno.test("inspectPhoto() reads the size of an OS/2 bitmap with 16-bit sides", async () => {
  const bitmap = await fileOf({ ...createRaster(size) }, MagickFormat.Bmp2);
  assert.equal(bitmap[14], 12);
  assert.deepEqual(valueOf(inspectPhoto(bitmap, { maxPixels: 1e7 })), { format: "bmp", ...size });
});
