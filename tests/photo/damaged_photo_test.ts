/**
 * Proves how a damaged photo is classified: files that are complete in spite of a decoder's complaint, that only lack
 * their end, and that lack rows.
 */
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { concat, latin1, u16 } from "../helpers/bytes.ts";
import { expectError, expectReply, fixture } from "../helpers/call.ts";
import { sendPhoto } from "../helpers/in_process_photo.ts";
import { segment } from "../helpers/jpeg_files.ts";
import { libjpegWarnings } from "../helpers/libjpeg_warnings.ts";
import { cmykJpeg, fileOf, rasterOf } from "../helpers/magick_files.ts";
import { withSegments } from "../helpers/metadata.ts";

const picture = await rasterOf(await fixture("small.jpg"), (image) => image.resize(160, 107));
const baseline = await fileOf(picture, MagickFormat.Jpeg, { quality: 85 });
const progressive = await fileOf(picture, MagickFormat.Pjpeg, { quality: 85 });
const inks = await cmykJpeg(new Uint8Array(64 * 48 * 4).fill(90), { width: 64, height: 48 });
const FILES = { baseline, progressive, "of four inks": inks };

const scanOf = (jpeg: Uint8Array) =>
  jpeg.findIndex((byte, at) => byte === 0xff && jpeg[at + 1] === 0xda);
const edited = (jpeg: Uint8Array, at: number, value: number) => {
  const file = new Uint8Array(jpeg);
  file[at] = value;
  return file;
};
/** Returns a photo's decoded picture, and the codes of its warnings besides that of its size. */
async function outcome(file: Uint8Array<ArrayBuffer>) {
  const { body } = await expectReply(sendPhoto(file));
  const codes = body.warnings.map(({ code }) => code);
  assert.equal(codes.pop(), "photo_small");
  return [body.processed, ...codes];
}

const adobe = (transform: number) =>
  segment(0xee, concat(latin1("Adobe"), [0, 100, 0, 0, 0, 0, transform]));
const jfif = (major: number) =>
  segment(0xe0, concat(latin1("JFIF\0"), [major, 1, 0, 0, 1, 0, 1, 0, 0]));
/** Inserts a segment after the first two bytes, in place of the file's own JFIF segment. */
const headed = (jpeg: Uint8Array, first: Uint8Array) =>
  concat(jpeg.subarray(0, 2), first, jpeg.subarray(jpeg[3] === 0xe0 ? 4 + jpeg[5] : 2));

/** Files that libjpeg complains about, with equal ones that it accepts. */
const WHOLE: [
  fault: string,
  complaint: RegExp,
  file: Uint8Array<ArrayBuffer>,
  sound: Uint8Array,
][] = [
  [
    "the scan parameters of Samsung's cameras",
    /Invalid SOS parameters/,
    edited(baseline, scanOf(baseline) + 4 + 1 + 2 * 3 + 1, 0),
    baseline,
  ],
  [
    "bytes before a marker of the header",
    /12 extraneous bytes before marker/,
    concat(baseline.subarray(0, 20), new Uint8Array(12), baseline.subarray(20)),
    baseline,
  ],
  [
    "bytes between the picture and the end marker",
    /extraneous bytes before marker 0xd9/,
    concat(baseline.subarray(0, -2), latin1("padding"), baseline.subarray(-2)),
    baseline,
  ],
  [
    "zeros between the picture and the end marker",
    /extraneous bytes before marker 0xd9/,
    concat(progressive.subarray(0, -2), new Uint8Array(64), progressive.subarray(-2)),
    progressive,
  ],
  [
    "an unknown JFIF revision",
    /unknown JFIF revision/,
    headed(baseline, jfif(9)),
    headed(baseline, jfif(1)),
  ],
  [
    "an unknown Adobe colour transform",
    /Unknown Adobe color transform/,
    headed(baseline, adobe(7)),
    headed(baseline, adobe(1)),
  ],
  [
    "an Adobe YCCK picture with bytes after its data",
    /extraneous bytes/,
    concat(inks.subarray(0, -2), latin1("Adobe"), inks.subarray(-2)),
    inks,
  ],
  [
    "scans that do not begin with the DC coefficients",
    /Inconsistent progression/,
    withAcFirst(progressive),
    progressive,
  ],
];

/** Swaps the first two scans of a progressive file. */
function withAcFirst(jpeg: Uint8Array): Uint8Array<ArrayBuffer> {
  const starts: number[] = [];
  // The tables before a scan move with it.
  for (let at = 2; at < jpeg.length - 1; at++) {
    if (jpeg[at] === 0xff && jpeg[at + 1] === 0xda) starts.push(at);
  }
  const tablesBefore = (scan: number) => {
    let at = scan;
    while (true) {
      let before = at - 1;
      while (before > 2 && !(jpeg[before] === 0xff && jpeg[before + 1] === 0xc4)) before--;
      if (before <= 2 || before + 2 + (jpeg[before + 2] << 8) + jpeg[before + 3] !== at) return at;
      at = before;
    }
  };
  const [first, second, third] = starts.map(tablesBefore);
  return concat(
    jpeg.subarray(0, first),
    jpeg.subarray(second, third),
    jpeg.subarray(first, second),
    jpeg.subarray(third),
  );
}

for (const [fault, complaint, file, sound] of WHOLE) {
  Deno.test(`a JPEG with ${fault} is complete: no warning, the same picture`, async () => {
    assert.match(libjpegWarnings(file).join("\n"), complaint);
    assert.deepEqual(await outcome(file), await outcome(concat(sound)));
  });
}

for (const [name, jpeg] of Object.entries(FILES)) {
  Deno.test(`a JPEG (${name}) that only lacks its end marker is processed completely, with a warning`, async () => {
    const [whole] = await outcome(concat(jpeg));
    for (
      const file of [
        concat(jpeg.subarray(0, -2)),
        concat(jpeg.subarray(0, -1)),
        concat(jpeg.subarray(0, -2), new Uint8Array(2)),
        concat(jpeg.subarray(0, -2), new Uint8Array(4_096)),
        concat(jpeg.subarray(0, -2), latin1("\r\n")),
      ]
    ) {
      assert.deepEqual(await outcome(file), [whole, "image_end_missing"]);
    }
  });

  Deno.test(`a JPEG (${name}) that lacks rows is refused with the share that is present`, async () => {
    const scan = scanOf(jpeg);
    let before = -1;
    for (const part of [0.2, 0.5, 0.9, 1]) {
      const length = Math.min(jpeg.length - 6, scan + Math.floor((jpeg.length - scan) * part));
      const cut = concat(jpeg.subarray(0, length));
      const zeroed = concat(cut, new Uint8Array(jpeg.length - length));
      for (const file of [cut, zeroed]) {
        const { body: { error } } = await expectError(sendPhoto(file), "invalid_image");
        const share = error.details!.share as number;
        assert.ok(share >= 0 && share < 1 && share >= before - 0.02, `${share} after ${before}`);
        assert.match(
          error.message,
          /ends before the picture does, only [\d.]+ % of the picture's data is present/,
        );
        assert.ok(error.message.includes(` ${Math.round(share * 1_000) / 10} %`), error.message);
        before = share;
      }
    }
  });
}

Deno.test("a JPEG with an end marker but half of its rows is refused, too", async () => {
  const data = scanOf(baseline) + 14;
  const half = baseline.subarray(0, data + ((baseline.length - data) >> 1));
  const ended = concat(half, [0xff, 0xd9]);
  const { body: { error } } = await expectError(sendPhoto(ended), "invalid_image");
  const share = error.details!.share as number;
  assert.ok(share > 0.3 && share < 0.7, String(share));
});

Deno.test("a JPEG with wrong data in the middle is processed with image_damaged", async () => {
  const middle = baseline.length >> 1;
  const marked = edited(edited(baseline, middle, 0xff), middle + 1, 0xd3);
  assert.deepEqual((await outcome(marked)).slice(1), ["image_damaged"]);
  const garbled = new Uint8Array(baseline);
  for (let at = middle; at < middle + 40; at++) garbled[at] = (at * 37) & 0x7f;
  assert.deepEqual((await outcome(garbled)).slice(1), ["image_damaged"]);
});

for (
  const [kind, format] of [["plain", MagickFormat.Png24], ["palette", MagickFormat.Png8]] as const
) {
  Deno.test(`a PNG (${kind}) that only lacks its last chunk is processed completely, and one that lacks rows is refused`, async () => {
    const png = await fileOf(picture, format);
    const [whole] = await outcome(png);
    for (const less of [1, 4, 8, 11, 12]) {
      assert.deepEqual(await outcome(concat(png.subarray(0, -less))), [whole]);
    }
    for (const less of [30, 500]) {
      await expectError(sendPhoto(concat(png.subarray(0, -less))), "invalid_image");
    }
  });
}

Deno.test("a plain PNG that lacks its checksums only is processed completely", async () => {
  const png = await fileOf(picture, MagickFormat.Png24);
  const [whole] = await outcome(png);
  for (const less of [13, 16, 20]) {
    assert.deepEqual(await outcome(concat(png.subarray(0, -less))), [whole]);
  }
});

Deno.test("a BMP is read whatever length it states, unless it is too short for its picture", async () => {
  const bmp = await fileOf(picture, MagickFormat.Bmp);
  const [whole] = await outcome(bmp);
  const stating = (bytes: number) => {
    const file = new Uint8Array(bmp);
    new DataView(file.buffer).setUint32(2, bytes, true);
    return file;
  };
  const files = [concat(bmp, new Uint8Array(333)), ...[0, 54, bmp.length + 9].map(stating)];
  for (const file of files) assert.deepEqual(await outcome(file), [whole]);
  await expectError(sendPhoto(concat(bmp.subarray(0, -500))), "invalid_image");
});

Deno.test("broken EXIF, IPTC, ICC or XMP of a JPEG is not damage", async () => {
  const [whole] = await outcome(baseline);
  for (
    const [marker, data] of [
      [0xffe1, latin1("Exif\0\0garbage garbage garbage")],
      [0xffe1, latin1("http://ns.adobe.com/xap/1.0/\0<x:xmp")],
      [0xffe2, concat(latin1("ICC_PROFILE\0"), [1, 2], latin1("garbage"))],
      [0xffe2, latin1("ICC_PROFILE\0")],
      [0xffed, concat(latin1("Photoshop 3.0\x008BIM\x04\x04\0\0"), u16(0xffff), u16(0xffff))],
    ] as const
  ) {
    const [same, ...warnings] = await outcome(withSegments(baseline, [{ marker, data }]));
    assert.equal(same, whole);
    // A broken profile has its own warning.
    assert.deepEqual(warnings.filter((code) => code !== "color_profile_ignored"), []);
  }
});
