// Proves that decompression bombs end in a documented answer and leave the engine usable.
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import type { ErrorCode } from "../../shared/errors.ts";
import type { Raster } from "../../shared/image/raster.ts";
import * as bombs from "../helpers/bombs.ts";
import { concat, latin1 } from "../helpers/bytes.ts";
import { expectError, expectReply } from "../helpers/call.ts";
import { fixture } from "../helpers/fixtures.ts";
import { partsOf } from "../helpers/file_parts.ts";
import { engineBytes, sendPhoto } from "../helpers/in_process_photo.ts";
import { fileOf } from "../helpers/magick_files.ts";
import { pngClaiming } from "../helpers/tiny_files.ts";

const MB = 1 << 20;
const small = await fixture("small.jpg");
const white = (width: number, height: number): Raster => ({
  width,
  height,
  data: new Uint8ClampedArray(width * height * 4).fill(255),
});
const tiny = white(16, 16);
const vp8 =
  partsOf(await fileOf(tiny, MagickFormat.WebP)).find(({ name }) => name === "VP8 ")!.data;
const webp = (side: number, frames: number) =>
  bombs.webpAnimation({ width: side, height: side }, { width: 16, height: 16, vp8 }, frames);
const progressive = await fileOf(white(4_000, 3_500), MagickFormat.Pjpeg);
const segment = (start: string | number[], length = 65_000) =>
  concat(typeof start === "string" ? latin1(start) : start, new Uint8Array(length));

/** Changes a JPEG's frame header. */
function jpegClaiming(width: number, height: number): Uint8Array<ArrayBuffer> {
  const file = small.slice();
  const at = file.findIndex((byte, i) =>
    byte === 0xff && (file[i + 1] === 0xc0 || file[i + 1] === 0xc2)
  );
  new DataView(file.buffer).setUint16(at + 5, height);
  new DataView(file.buffer).setUint16(at + 7, width);
  return file;
}

type Bomb = [name: string, make: () => Uint8Array<ArrayBuffer>, expected: ErrorCode | "processed"];

const BOMBS: Bomb[] = [
  ["a PNG of 30,000 x 30,000 in 1 kB", () => pngClaiming(30_000, 30_000, 1_000), "image_too_large"],
  ["a PNG of 1 x 60,000,000", () => pngClaiming(1, 60_000_000, 1_000), "image_too_large"],
  [
    "a PNG of 64 x 64 whose data inflates to 300 MB",
    () => bombs.pngTooLong(300 * MB),
    "invalid_image",
  ],
  [
    "a PNG of 4 megapixels whose data inflates to 300 MB",
    () => bombs.pngTooLong(300 * MB, 2_000),
    "invalid_image",
  ],
  ["a PNG with a zTXt of 100 MB", () => bombs.pngInflating("zTXt", 1, 100 * MB), "processed"],
  ["a PNG with 500 zTXt of 7 MB each", () => bombs.pngInflating("zTXt", 500, 7 * MB), "processed"],
  ["a PNG with 500 iTXt of 7 MB each", () => bombs.pngInflating("iTXt", 500, 7 * MB), "processed"],
  ["a PNG with an iCCP of 100 MB", () => bombs.pngInflating("iCCP", 1, 100 * MB), "processed"],
  ["a PNG with 100 iCCP of 7 MB each", () => bombs.pngInflating("iCCP", 100, 7 * MB), "processed"],
  ["a GIF of 10,000 frames", () => bombs.gifOfFrames(10_000), "processed"],
  [
    "a GIF whose frame is 16,000 x 16,000 on a screen of 8 x 8",
    () => bombs.gifWithFrame(16_000, 16_000),
    "image_too_large",
  ],
  ["a TIFF of 10,000 pages", () => bombs.tiffOfPages(10_000), "processed"],
  ["a TIFF whose page follows itself", () => bombs.tiffLoop(), "processed"],
  ["a TIFF of 268 million strips", () => bombs.tiffTag(273, 4, 0x0fffffff, 8), "invalid_image"],
  ["a TIFF with a profile of 2 GB", () => bombs.tiffTag(34_675, 7, 0x7fffffff, 8), "processed"],
  ["a TIFF of 65,535 channels", () => bombs.tiffTag(277, 3, 1, 65_535), "invalid_image"],
  ["a BMP of 65,535 x 65,535 in 1 kB", () => bombs.bmpRle(65_535, 65_535), "image_too_large"],
  [
    "a BMP of 4,000 x 4,000 run lengths in 1 kB",
    () => bombs.bmpRle(4_000, 4_000),
    "image_too_costly",
  ],
  ["a WebP of 10,000 frames", () => webp(16, 10_000), "processed"],
  ["a WebP of 5,000 frames on a canvas of 4,000 x 4,000", () => webp(4_000, 5_000), "processed"],
  ["a WebP on a canvas of 16,383 x 16,383", () => webp(16_383, 2), "image_too_large"],
  [
    "a HEIC of 1,000,000 sizes",
    () => bombs.heifOfBoxes("heic", bombs.ispe(9, 9), bombs.ispe(9, 9), 1_000_000),
    "invalid_image",
  ],
  [
    "an AVIF of 1,000,000 boxes",
    () => bombs.heifOfBoxes("avif", bombs.ispe(9, 9), bombs.box("free"), 1_000_000),
    "invalid_image",
  ],
  [
    "an AVIF of 4,294,967,295 x 4,294,967,295",
    () => bombs.heifOfBoxes("avif", bombs.ispe(0xffffffff, 0xffffffff)),
    "image_too_large",
  ],
  [
    "a HEIC whose boxes are of length 0",
    () => bombs.heifOfBoxes("heic", bombs.ispe(9, 9), new Uint8Array(8), 100_000),
    "invalid_image",
  ],
  ["a JPEG of 65,500 x 65,500", () => jpegClaiming(65_500, 65_500), "image_too_large"],
  [
    "a JPEG of 640 x 427 that claims 8,000 x 8,000",
    () => jpegClaiming(8_000, 8_000),
    "invalid_image", // 0.4 % of the picture is present
  ],
  ["a BMP of 2,000 x 2,000 run lengths in 1 kB", () => bombs.bmpRle(2_000, 2_000), "invalid_image"],
  [
    "a JPEG with 20 MB of EXIF",
    () => bombs.jpegWith(small, 0xe1, segment("Exif\0\0MM\0*\0\0\0\x08"), 320),
    "processed",
  ],
  [
    "a JPEG with 16 MB of ICC profile",
    () => bombs.jpegWith(small, 0xe2, segment("ICC_PROFILE\0\x01\xff"), 255),
    "processed",
  ],
  [
    "a JPEG with 20 MB of Photoshop blocks",
    () => bombs.jpegWith(small, 0xed, segment("Photoshop 3.0\x008BIM"), 320),
    "processed",
  ],
  [
    "a JPEG of 5,000,000 empty comments",
    () => bombs.jpegWith(small, 0xfe, new Uint8Array(), 5_000_000),
    "processed",
  ],
  [
    "a JPEG of 100,000 code tables",
    () => bombs.jpegWith(small, 0xc4, segment([0, 1], 16), 100_000),
    "processed",
  ],
  [
    "a progressive JPEG of 14 megapixels with 22 more scans",
    () => bombs.jpegOfScans(progressive, 22),
    "processed",
  ],
  [
    "a progressive JPEG of 14 megapixels with 1,000 more scans",
    () => bombs.jpegOfScans(progressive, 1_000),
    "image_too_costly",
  ],
];

/** Bound on the engine's memory after each file; one of 64 megapixels uses 256 MB meanwhile. */
const MAX_ENGINE_BYTES = 128 * MB;

for (const [name, make, expected] of BOMBS) {
  Deno.test(`${name} ends in ${expected === "processed" ? "200" : expected}`, async () => {
    if (expected === "processed") await expectReply(sendPhoto(make()));
    else await expectError(sendPhoto(make()), expected);
    assert.ok(engineBytes() <= MAX_ENGINE_BYTES, `the engine holds ${engineBytes()} bytes`);
  });
}

Deno.test("after all of them, a good photo gives the same bytes as in a new process", async () => {
  const { body } = await expectReply(sendPhoto(small));
  assert.equal(body.metadata.processed?.width, 640);
  assert.deepEqual(body.warnings, []);
});
