// Proves that the JPEG and PNG files that phones write are read as the phone shows them: the photo, and not the gain map,
// film or thumbnail that comes with it.
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { rgbProfile } from "../../../shared/image/decode/icc_profile.ts";
import { readDecodeLoad } from "../../../shared/image/decode/decode_load.ts";
import { inspectPhoto } from "../../../shared/image/decode/inspect_photo.ts";
import { concat, latin1 } from "../../helpers/bytes.ts";
import { expectError, expectReply } from "../../helpers/call.ts";
import { DISPLAY_P3, p3ToSrgb } from "../../helpers/display_p3.ts";
import { decoded } from "../../helpers/fixtures.ts";
import { sendPhoto } from "../../helpers/in_process_photo.ts";
import { fileOf } from "../../helpers/magick_files.ts";
import { exif, withOrientation } from "../../helpers/metadata.ts";
import {
  film,
  motionPhoto,
  samsungMotionPhoto,
  ultraHdr,
  withThumbnail,
} from "../../helpers/phone_jpegs.ts";
import { assertNear, at, draw, solid } from "../../helpers/pixels.ts";
import { PNG_SIGNATURE } from "../../helpers/png_files.ts";
import { assertQuarters, COLORS, type Quarters, STORED, TURNED } from "../../helpers/quarters.ts";
import { valueOf } from "../../helpers/result.ts";
import { pngChunk } from "../../helpers/tiny_files.ts";
import { pngWithProfile } from "../../helpers/with_profile.ts";

const SIZE = { width: 320, height: 320 };
const quarters = draw(
  SIZE,
  (x, y) => COLORS[STORED[(y < 160 ? 0 : 2) + (x < 160 ? 0 : 1)]],
);
const jpeg = await fileOf(quarters, MagickFormat.Jpeg);
const progressive = await fileOf(quarters, MagickFormat.Pjpeg);
const magenta = await fileOf(
  solid({ width: 80, height: 80 }, [200, 0, 200, 255]),
  MagickFormat.Jpeg,
);
const png = await fileOf(quarters, MagickFormat.Png24);
const HEADER_END = 8 + 12 + 13;
const eXIf = (orientation: number) => pngChunk("eXIf", exif(orientation).subarray(6));

async function assertPhoto(file: Uint8Array<ArrayBuffer>, expected: Quarters): Promise<void> {
  const header = valueOf(inspectPhoto(file, { maxPixels: 64e6 }));
  assert.deepEqual([header.width, header.height], [SIZE.width, SIZE.height]);
  const { unusual, scans } = readDecodeLoad(file, header);
  assert.equal(unusual, undefined);
  using read = await decoded(file);
  assert.deepEqual(read.size, SIZE);
  assertQuarters(read, expected, 12);
  const { body } = await expectReply(sendPhoto(file));
  assert.deepEqual([body.warnings, body.metadata.original_size], [[], [320, 320]]);
  assert.ok(scans === 1 || file.subarray(0, 9_000).indexOf(0xc2) > 0, "one scan counts once");
}

const FILES: [what: string, make: (photo: Uint8Array) => Uint8Array<ArrayBuffer>][] = [
  ["a gain map behind it (Ultra HDR)", (photo) => ultraHdr(photo, magenta)],
  ["a film behind it, as Google writes it", motionPhoto],
  ["a film behind it, as Samsung writes it", samsungMotionPhoto],
  ["a gain map and a film behind it", (photo) => concat(ultraHdr(photo, magenta), film())],
  ["a second JPEG behind it", (photo) => concat(photo, magenta)],
];
for (const [what, make] of FILES) {
  Deno.test(`a JPEG with ${what} shows its photo, upright and without a warning`, async () => {
    for (const photo of [jpeg, progressive]) {
      await assertPhoto(make(photo), STORED);
      for (const orientation of [3, 6, 8]) {
        await assertPhoto(make(withOrientation(photo, orientation)), TURNED[orientation]);
      }
    }
  });
}

Deno.test("a JPEG is turned by its own orientation, whatever that of its thumbnail is", async () => {
  for (const own of [undefined, 1, 3, 6, 8]) {
    for (const thumbnails of [1, 3, 6, 8]) {
      const file = withThumbnail(jpeg, magenta, { own, thumbnails });
      await assertPhoto(file, TURNED[own ?? 1]);
    }
  }
});

Deno.test("a screenshot as PNG is turned by its eXIf chunk, before or after its data", async () => {
  for (const orientation of [1, 3, 6, 8]) {
    const before = concat(png.subarray(0, HEADER_END), eXIf(orientation), png.subarray(HEADER_END));
    const after = concat(png.subarray(0, -12), eXIf(orientation), png.subarray(-12));
    await assertPhoto(before, TURNED[orientation]);
    await assertPhoto(after, TURNED[orientation]);
  }
});

Deno.test("an iPhone's screenshot in Display P3 with eXIf has the colours of sRGB", async () => {
  const profile = rgbProfile("Display P3", DISPLAY_P3);
  const xmp = pngChunk("iTXt", latin1("XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta/>"));
  const file = pngWithProfile(png, profile);
  const screenshot = concat(file.subarray(0, HEADER_END), eXIf(1), xmp, file.subarray(HEADER_END));
  using read = await decoded(screenshot);
  const image = read.read({ x: 0, y: 0, ...SIZE });
  assertNear(at(image, 80, 80), p3ToSrgb(COLORS.red), 2);
  assertNear(at(image, 240, 80), p3ToSrgb(COLORS.green), 2);
});

Deno.test("Apple's own PNG (CgBI) is refused with its own sentence", async () => {
  const file = concat(
    PNG_SIGNATURE,
    pngChunk("CgBI", Uint8Array.of(0x50, 0, 0x20, 6)),
    png.subarray(8),
  );
  const { body: { error } } = await expectError(sendPhoto(file), "unsupported_image_encoding");
  assert.match(error.message, /Apple.*CgBI.*Save it as/);
  assert.equal(error.details!.encoding, "CgBI");
});
