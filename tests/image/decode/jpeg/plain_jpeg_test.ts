// Proves that the pixel loops decode a plain JPEG to the pixels, the size, the orientation and the density that ImageMagick reads,
// and leave every other JPEG to it.
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { decodePhoto } from "../../../../shared/image/decode/decode.ts";
import type { DecodedPhoto } from "../../../../shared/image/decode/decoded_photo.ts";
import { rgbProfile, SRGB } from "../../../../shared/image/decode/icc_profile.ts";
import { inspectPhoto } from "../../../../shared/image/decode/inspect_photo.ts";
import { rectOf } from "../../../../shared/image/raster.ts";
import { concat, latin1 } from "../../../helpers/bytes.ts";
import { DISPLAY_P3 } from "../../../helpers/display_p3.ts";
import { decoded, decodeUpload, fixture } from "../../../helpers/fixtures.ts";
import { segment } from "../../../helpers/jpeg_files.ts";
import { fileOf } from "../../../helpers/magick_files.ts";
import { withSegments } from "../../../helpers/metadata.ts";
import { greyProfile } from "../../../helpers/profiles.ts";
import { motionPhoto, ultraHdr } from "../../../helpers/phone_jpegs.ts";
import {
  exifSegment,
  type ExifValues,
  jfifSegment,
  jpegOfValues,
  type Sampling,
  withPhotoshop,
} from "../../../helpers/plain_jpegs.ts";
import { seeded } from "../../../helpers/random.ts";
import { pictureBytes } from "../../../helpers/random_bytes.ts";
import { assertFails, valueOf } from "../../../helpers/result.ts";

/** A small photo's working size: half of its longer side. */
const SIDE_PX = 100;

/** A photo of 200 x 140 with 20 values in a block. */
function smallJpeg(
  { segments, sampling = "4:2:0", interval, size = { width: 200, height: 140 } }: {
    segments?: Uint8Array[];
    sampling?: Sampling;
    interval?: number;
    size?: { width: number; height: number };
  } = {},
): Uint8Array<ArrayBuffer> {
  const random = seeded(7);
  return jpegOfValues({
    ...size,
    ...{ segments, sampling, interval },
    divisor: (place) => 4 + place,
    block: () => Array.from({ length: 64 }, (_, k) => k < 20 ? random(30) - 15 : 0),
  });
}

/** Inserts segments after a JPEG's start. */
const inserted = (file: Uint8Array, ...segments: Uint8Array[]) =>
  concat(file.subarray(0, 2), ...segments, file.subarray(2));

function contentOf(photo: DecodedPhoto) {
  const { size, originalSize, hasAlpha, damaged, endMissing, profileIgnored } = photo;
  return {
    facts: { size, originalSize, hasAlpha, damaged, endMissing, profileIgnored },
    pixels: photo.read(rectOf(size)),
    part: photo.read({ x: 3, y: 2, width: size.width - 5, height: size.height - 4 }),
    rows: photo.readRows(1, size.height - 1),
    alpha: photo.readAlpha(),
    jpeg: photo.toJpeg(85),
  };
}

/** What becomes of a file. */
async function outcomeOf(file: Uint8Array<ArrayBuffer>) {
  const result = await decodeUpload(file, SIDE_PX);
  if (!result.ok) return { code: result.error.code, message: result.error.message };
  using photo = result.value;
  return { isPlain: photo.isPlainJpeg, content: contentOf(photo) };
}

/** Checks that the pixel loops decode a file, and as ImageMagick does. */
async function assertPlain(file: Uint8Array<ArrayBuffer>, longSidePx = SIDE_PX): Promise<void> {
  using plain = await decoded(file, longSidePx);
  using expected = await decoded(withPhotoshop(file), longSidePx);
  assert.deepEqual([plain.isPlainJpeg, expected.isPlainJpeg], [true, false]);
  assert.deepEqual(contentOf(plain), contentOf(expected));
}

/** Checks that ImageMagick decodes a file. */
async function assertNotPlain(file: Uint8Array<ArrayBuffer>, longSidePx = SIDE_PX): Promise<void> {
  using photo = await decoded(file, longSidePx);
  assert.equal(photo.isPlainJpeg, false);
}

for (const name of ["street", "street-rotated"]) {
  Deno.test(`a phone's photo of 12 megapixels is decoded as ImageMagick decodes it: ${name}`, async () => {
    await assertPlain(await fixture(`${name}.jpg`), 2_048);
  });
}

for (const sampling of ["4:4:4", "4:2:2", "4:2:0"] as const) {
  for (const longSidePx of [100, 75, 50, 25]) {
    for (const [width, height] of [[200, 140], [199, 133], [187, 65], [64, 201]]) {
      const name = `${width} x ${height} to ${longSidePx}, ${sampling}`;
      Deno.test(`a plain JPEG is decoded as ImageMagick decodes it: ${name}`, async () => {
        await assertPlain(smallJpeg({ sampling, size: { width, height } }), longSidePx);
      });
    }
  }
  for (const interval of [1, 7, 13, 500]) {
    Deno.test(`restarts after ${interval} units, ${sampling}`, async () => {
      await assertPlain(smallJpeg({ sampling, interval }));
    });
  }
  Deno.test(`values that no encoder writes, ${sampling}`, async () => {
    const random = seeded(3);
    await assertPlain(jpegOfValues({
      ...{ width: 200, height: 140, sampling },
      divisor: () => 1 + random(2),
      block: () => Array.from({ length: 64 }, () => random(2_047) - 1_023),
    }));
  });
}

for (const quality of [10, 50, 85, 100]) {
  Deno.test(`ImageMagick's own JPEG of quality ${quality}`, async () => {
    const raster = {
      width: 160,
      height: 120,
      data: new Uint8ClampedArray(pictureBytes(160 * 120 * 4, quality)),
    };
    await assertPlain(await fileOf(raster, MagickFormat.Jpeg, { quality }), 80);
  });
}

for (let orientation = 1; orientation <= 8; orientation++) {
  Deno.test(`orientation ${orientation}`, async () => {
    await assertPlain(smallJpeg({ segments: [exifSegment({ orientation })] }));
    await assertPlain(smallJpeg({ segments: [exifSegment({ orientation }, true)] }));
  });
}

const ratio = (value: number): readonly [number, number] => [value * 10, 10];
const EXIF: Record<string, ExifValues> = {
  "72 per inch": { orientation: 1, xResolution: ratio(72), yResolution: ratio(72), unit: 2 },
  "30 per centimetre": { xResolution: ratio(30), yResolution: ratio(30), unit: 3 },
  "without a kind of unit": { xResolution: ratio(96), yResolution: ratio(96), unit: 1 },
  "without a unit": { xResolution: ratio(96), yResolution: ratio(97) },
  "a fraction": { xResolution: [725, 10], yResolution: [1, 3], unit: 2 },
  "zero": { xResolution: [0, 1], yResolution: [0, 1], unit: 2 },
  "across only": { xResolution: ratio(72), unit: 2 },
  "none": { orientation: 3 },
};
const JFIF = [[0, 1, 1], [1, 72, 72], [1, 72, 96], [2, 28, 28], [0, 4, 3], [0, 5, 5], [0, 16, 9], [
  1,
  0,
  72,
]];

Deno.test("a density is the one that ImageMagick reads", async (t) => {
  for (const [unit, x, y] of JFIF) {
    await t.step(`JFIF ${x} x ${y} by ${unit}`, async () => {
      await assertPlain(smallJpeg({ segments: [jfifSegment(unit, x, y)] }));
    });
  }
  for (const [name, values] of Object.entries(EXIF)) {
    await t.step(`EXIF: ${name}`, async () => {
      await assertPlain(smallJpeg({ segments: [exifSegment(values)] }));
      const both = [jfifSegment(2, 40, 41), exifSegment(values, true)];
      await assertPlain(smallJpeg({ segments: both }));
    });
  }
});

const xmp = (text: string) => segment(0xe1, latin1(`http://ns.adobe.com/xap/1.0/\0${text}`));
const adobe = (transform: number) =>
  segment(0xee, concat(latin1("Adobe"), [0, 100, 0, 0, 0, 0, transform]));
const profile = (bytes: Uint8Array, number = 1, count = 1) =>
  segment(0xe2, concat(latin1("ICC_PROFILE\0"), [number, count], bytes));
const BOTH: ExifValues = {
  orientation: 6,
  xResolution: ratio(72),
  yResolution: ratio(72),
  unit: 2,
};
const SRGB_PROFILE = rgbProfile("sRGB", SRGB);
const P3_PROFILE = rgbProfile("Display P3", DISPLAY_P3);

/** Display P3 with another curve. */
const withCurve = (light: number[]) => rgbProfile("Display P3", DISPLAY_P3, light);

/** LittleCMS converts by other tables between equal primaries. */
const OTHER_PROFILE = rgbProfile("sRGB of another curve", SRGB, [0, 0.3, 1]);

Deno.test("what changes nothing is passed over", async (t) => {
  const small = smallJpeg();
  const files: Record<string, Uint8Array<ArrayBuffer>> = {
    "XMP": inserted(small, xmp("<x:xmpmeta/>")),
    "a comment": inserted(small, segment(0xfe, latin1("hello"))),
    "a camera's data": inserted(small, segment(0xe4, [1, 2, 3]), segment(0xea, [1])),
    "XMP of a density beside EXIF's": inserted(
      small,
      exifSegment(BOTH),
      xmp("<tiff:XResolution>9/1"),
    ),
    "Adobe's transform of brightness and colours": inserted(small, adobe(1)),
    "sRGB's profile": inserted(small, profile(SRGB_PROFILE)),
    "a profile of three curves and a matrix": inserted(small, profile(P3_PROFILE)),
    "the same in a turned picture": inserted(
      small,
      profile(P3_PROFILE),
      exifSegment({ orientation: 8 }),
    ),
    "a film behind the picture": motionPhoto(small),
    "a gain map behind the picture": ultraHdr(small, small),
    "bytes behind the end": concat(small, [1, 2, 3, 0xff, 0xd9]),
  };
  for (const [name, file] of Object.entries(files)) {
    await t.step(name, async () => await assertPlain(file));
  }
});

/** Replaces bytes at the first place of others. */
function replaced(file: Uint8Array, from: number[], to: number[]): Uint8Array<ArrayBuffer> {
  const at = file.findIndex((_, i) => from.every((byte, j) => file[i + j] === byte));
  assert.ok(at > 0);
  return concat(file.subarray(0, at), to, file.subarray(at + from.length));
}

/** A JPEG of few coefficients that are too large for any picture. */
function steepJpeg(places: number[], divisor: number, value: number): Uint8Array<ArrayBuffer> {
  return jpegOfValues({
    ...{ width: 200, height: 140, sampling: "4:2:0", divisor: () => divisor },
    block: () => Array.from({ length: 64 }, (_, k) => places.includes(k) ? value : 0),
  });
}

/** Adds a DC code to the first table: nine bits of ones. */
function withCodeOfOnes(file: Uint8Array): Uint8Array<ArrayBuffer> {
  const at = file.findIndex((byte, i) => byte === 0xff && file[i + 1] === 0xc4);
  const table = concat(file.subarray(at + 4, at + 2 + file[at + 3]), [11]);
  table[9]++;
  return concat(file.subarray(0, at), segment(0xc4, table), file.subarray(at + 2 + file[at + 3]));
}

/** Splits EXIF's directory: its second entry moves to the directory that the first one names. */
const EXIF_OFFSET = [0x87, 0x69, 0, 4, 0, 0, 0, 1];

Deno.test("ImageMagick decodes every other JPEG", async (t) => {
  const small = smallJpeg();
  const exif = exifSegment(BOTH);
  const inside = exifSegment({ orientation: 6, unit: 2 });
  // The unit's entry becomes the offset of the directory at 8: it holds the orientation once more.
  const nested = replaced(inside, [0x01, 0x28, 0, 3, 0, 0, 0, 1, 0, 2, 0, 0], [
    ...EXIF_OFFSET,
    0,
    0,
    0,
    8,
  ]);
  const named = (name: string, data: Uint8Array) =>
    concat(data.subarray(0, 4), latin1(name), data.subarray(4 + name.length));
  const table = segment(0xdb, [3, ...new Array(64).fill(1)]);
  const files: Record<string, Uint8Array<ArrayBuffer>> = {
    "Photoshop's data": withPhotoshop(small),
    "an orientation in XMP": inserted(small, xmp("<tiff:Orientation>6</tiff:Orientation>")),
    "two EXIF segments": inserted(small, exif, exif),
    "EXIF of an unknown byte order": inserted(small, replaced(exif, [0x4d, 0x4d], [0x4d, 0x49])),
    "an orientation of 9": inserted(small, exifSegment({ orientation: 9 })),
    "an orientation in EXIF's own directory": inserted(small, nested),
    "an entry of an unknown type": inserted(small, replaced(exif, [1, 0x1a, 0, 5], [1, 0, 0, 13])),
    "an entry of too many values": inserted(
      small,
      replaced(exif, [1, 0x1a, 0, 5, 0, 0, 0, 1], [1, 0, 0, 5, 0x90, 0, 0, 1]),
    ),
    "a cut-off directory": inserted(small, segment(0xe1, exif.subarray(4, -30))),
    "EXIF in small letters": inserted(small, named("exif", exif)),
    "a profile in small letters": inserted(small, named("icc_profile", profile(P3_PROFILE))),
    "JFIF of 13 bytes": inserted(small, segment(0xe0, jfifSegment(1, 72, 72).subarray(4, -1))),
    "a profile that ImageMagick converts": inserted(small, profile(OTHER_PROFILE)),
    "a grey profile": inserted(small, profile(greyProfile(1.8))),
    "a profile that turns everything black": inserted(small, profile(withCurve([0, 0]))),
    "a profile that turns everything white": inserted(small, profile(withCurve([1, 1]))),
    "a profile in two segments": inserted(
      small,
      profile(SRGB_PROFILE, 1, 2),
      profile(SRGB_PROFILE, 2, 2),
    ),
    "two profiles": inserted(small, profile(SRGB_PROFILE), profile(SRGB_PROFILE)),
    "Adobe's RGB": inserted(small, adobe(0)),
    "components named R, G and B": replaced(
      replaced(
        small,
        [1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0],
        [0x52, 0x22, 0, 0x47, 0x11, 0, 0x42, 0x11, 0],
      ),
      [3, 1, 0, 2, 0, 3, 0, 0, 63],
      [3, 0x52, 0, 0x47, 0, 0x42, 0, 0, 63],
    ),
    "colours in half the height": replaced(small, [1, 0x22, 0], [1, 0x12, 0]),
    "padding before a segment": concat(small.subarray(0, 2), [0xff], small.subarray(2)),
    "no end marker": small.slice(0, -2),
    "a code of ones alone": withCodeOfOnes(small),
    "more tables than anybody writes": inserted(small, ...new Array(40).fill(table)),
    "a coefficient of 260,000": steepJpeg([1, 2], 255, 1_023),
    "a DC coefficient of 260,000": steepJpeg([0], 255, 1_023),
  };
  for (const [name, file] of Object.entries(files)) {
    await t.step(name, async () => {
      const [given, expected] = [await outcomeOf(file), await outcomeOf(withPhotoshop(file))];
      assert.deepEqual(given, expected);
      assert.ok("code" in given || !given.isPlain);
    });
  }
  await t.step("a scale of five eighths", async () => await assertNotPlain(small, 130));
  await t.step("full size", async () => await assertNotPlain(small, 400));
  await t.step("a picture that has to be scaled on", async () => await assertNotPlain(small, 10));
  await t.step("a picture that is very flat", async () => {
    await assertNotPlain(smallJpeg({ size: { width: 200, height: 60 } }));
  });
});

Deno.test("a grey picture has the file for the background remover that ImageMagick writes", async () => {
  const grey = () => [...Array.from({ length: 10 }, (_, k) => k * 9), ...new Array(54).fill(0)];
  let block = 0;
  const file = jpegOfValues({
    ...{ width: 200, height: 140, sampling: "4:2:0", divisor: () => 3 },
    block: () => block++ % 6 < 4 ? grey() : new Array(64).fill(0),
  });
  using photo = await decoded(file, SIDE_PX);
  using expected = await decoded(withPhotoshop(file), SIDE_PX);
  assert.equal(photo.isPlainJpeg, false);
  assert.deepEqual(contentOf(photo), contentOf(expected));
});

Deno.test("a picture with one pixel that is not grey, at its right edge, is no grey picture", async () => {
  let unit = 0;
  // Only the last column's colours differ from grey: 198 pixels become 99.
  const file = jpegOfValues({
    ...{ width: 198, height: 140, sampling: "4:4:4", divisor: () => 1 },
    block: () => {
      const isEdge = Math.floor(unit++ / 3) % 25 === 24;
      return [isEdge ? 300 : 0, ...new Array(63).fill(0)];
    },
  });
  await assertPlain(file);
});

Deno.test("decoding can be stopped at each row of units", async () => {
  const file = smallJpeg();
  const header = valueOf(inspectPhoto(file, { maxPixels: 1e6 }));
  let steps = 0;
  const whole = valueOf(await decodePhoto(file, header, SIDE_PX, () => ++steps > 0));
  whole[Symbol.dispose]();
  assert.equal(steps, Math.ceil(140 / 16));
  for (let most = 0; most < steps; most++) {
    let left = most;
    const stopped = await decodePhoto(file, header, SIDE_PX, () => left-- > 0);
    assertFails(stopped, "image_too_costly");
  }
});

Deno.test("a damaged plain JPEG is what ImageMagick makes of it", async (t) => {
  const segments = [jfifSegment(1, 72, 72), exifSegment(BOTH), profile(P3_PROFILE)];
  const goods = [
    smallJpeg({ interval: 13, segments: segments.slice(0, 1) }),
    smallJpeg({ sampling: "4:2:2", segments }),
    smallJpeg({ sampling: "4:4:4", interval: 5, segments: segments.slice(0, 2) }),
  ];
  const random = seeded(11);
  const kinds = { plain: 0, damaged: 0, refused: 0 };
  for (let run = 0; run < 900; run++) {
    const good = goods[run % goods.length];
    const scanAt = good.findIndex((byte, i) => byte === 0xff && good[i + 1] === 0xda);
    const file = good.slice(0, run % 5 === 0 ? random(good.length) : undefined);
    if (file.length < 200) continue;
    const from = run % 4 === 0 ? 2 : scanAt;
    const changes = 1 + random(3);
    for (let i = 0; i < changes; i++) file[from + random(file.length - from)] = random(256);
    const [given, expected] = [await outcomeOf(file), await outcomeOf(withPhotoshop(file))];
    if ("code" in given) kinds.refused++;
    else kinds[given.isPlain ? "plain" : "damaged"]++;
    assert.deepEqual({ ...given, isPlain: false }, { ...expected, isPlain: false }, `run ${run}`);
  }
  await t.step("all kinds occur", () => {
    for (const [kind, count] of Object.entries(kinds)) assert.ok(count > 20, `${kind}: ${count}`);
  });
});

Deno.test("a segment of a file's own does not hide what follows it", async () => {
  const data = profile(OTHER_PROFILE).subarray(4);
  const many = Array.from({ length: 20 }, () => ({ marker: 0xffe5, data: new Uint8Array(9) }));
  await assertNotPlain(withSegments(smallJpeg(), [...many, { marker: 0xffe2, data }]));
});
