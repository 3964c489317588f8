// Proves that a TIFF is read correctly, or refused from its header with the name of its encoding and of the supported
// ones, but never reported as damaged. BigTIFF is read as TIFF is.
import assert from "node:assert/strict";
import { inspectPhoto } from "../../../../shared/image/decode/inspect_photo.ts";
import { expectError } from "../../../helpers/call.ts";
import { decoded } from "../../../helpers/fixtures.ts";
import { sendPhoto } from "../../../helpers/in_process_photo.ts";
import { assertNear, at } from "../../../helpers/pixels.ts";
import { assertFails } from "../../../helpers/result.ts";
import { samplesOf } from "../../../helpers/tiff_samples.ts";
import { type TiffField, tiffOf, type TiffPicture } from "../../../helpers/tiff_files.ts";

const LIMITS = { maxPixels: 64_000_000 };
const SIZE = { width: 16, height: 8 };
const UNREAD = "unsupported_image_encoding" as const;

/** A file with only a valid header. */
function tiffWith(
  picture: Partial<TiffPicture>,
  fields: TiffField[] = [],
): Uint8Array<ArrayBuffer> {
  return tiffOf({ ...SIZE, parts: [new Uint8Array(384)], ...picture, fields });
}

const COMPRESSIONS: [number: number, name: string][] = [
  [9, "JBIG"],
  [10, "JBIG"],
  [32_908, "PixarFilm"],
  [34_661, "JBIG"],
  [34_676, "SGILog"],
  [34_677, "SGILog"],
  [34_712, "JPEG 2000"],
  [34_887, "LERC"],
  [34_925, "LZMA"],
  [50_000, "Zstandard"],
  [50_001, "WebP"],
  [50_002, "JPEG XL"],
  [0, "number 0"],
  [12_345, "number 12345"],
];
for (const [compression, name] of COMPRESSIONS) {
  Deno.test(`a TIFF of compression ${compression} is refused as one of ${name}`, () => {
    for (const layout of [{}, { littleEndian: false }, { big: true }]) {
      const file = tiffOf({ ...SIZE, parts: [new Uint8Array(9)], compression }, layout);
      const error = assertFails(inspectPhoto(file, LIMITS), UNREAD);
      const encoding = `a TIFF compressed with ${name}`;
      assert.deepEqual(error.details, { format: "tiff", encoding });
      assert.ok(
        error.message.startsWith(`The photo is ${encoding}, which is not supported. Save it as`),
      );
      assert.match(error.message, /LZW, Deflate, PackBits or JPEG/);
    }
  });
}

const ENCODINGS: [encoding: string, file: Uint8Array][] = [
  ["a TIFF of signed whole numbers", tiffWith({}, [[339, 3, [2, 2, 2]]])],
  ["a TIFF of complex numbers", tiffWith({ bits: 64 }, [[339, 3, [6, 6, 6]]])],
  ["a TIFF of unknown samples", tiffWith({}, [[339, 3, [7, 7, 7]]])],
  ["a TIFF of 64 bits a sample", tiffWith({ bits: 64 })],
  ["a TIFF of 24 bits a sample", tiffWith({ bits: 24 })],
  ["a TIFF of 0 bits a sample", tiffWith({ bits: 0 })],
  ["a TIFF of floating-point numbers of 8 bits", tiffWith({}, [[339, 3, [3, 3, 3]]])],
  ["a TIFF of 8 bits a sample compressed with CCITT Group 4", tiffWith({ compression: 4 })],
  ["a TIFF of 12 bits a sample compressed with JPEG", tiffWith({ compression: 7, bits: 12 })],
  ["a TIFF of RGB with 1 of 3 samples a pixel", tiffWith({ samples: 1, photometric: 2 })],
  ["a TIFF of CMYK with 3 of 4 samples a pixel", tiffWith({ samples: 3, photometric: 5 })],
  ["a TIFF of the colour model ICC Lab", tiffWith({ photometric: 9 })],
  ["a TIFF of the colour model raw sensor data (CFA)", tiffWith({ photometric: 32_803 })],
  ["a TIFF of the colour model number 60000", tiffWith({ photometric: 60_000 })],
  ["a camera's raw file, whose first picture is a preview", tiffWith({}, [[254, 4, [1]]])],
];
for (const [encoding, file] of ENCODINGS) {
  Deno.test(`${encoding} is refused by that name`, () => {
    const error = assertFails(inspectPhoto(file, LIMITS), UNREAD);
    assert.deepEqual(error.details, { format: "tiff", encoding });
  });
}

Deno.test("a refused TIFF of LZMA is named with the supported alternatives", async () => {
  const { body } = await expectError(sendPhoto(tiffWith({ compression: 34_925 })), UNREAD);
  assert.match(
    body.error.message,
    /a TIFF compressed with LZMA, which is not supported\. Save it as a JPEG/,
  );
});

for (const samples of [1, 3, 4]) {
  const models: [bits: number, format: number][] = [
    ...[1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 32].map((bits): [number, number] => [bits, 1]),
    ...[16, 24, 32, 64].map((bits): [number, number] => [bits, 3]),
  ];
  for (const [bits, format] of models) {
    const kind = format === 3 ? "floating-point numbers" : "whole numbers";
    Deno.test(`decodePhoto() reads a TIFF of ${samples} samples that are ${kind} of ${bits} bits`, async () => {
      for (const littleEndian of [true, false]) {
        const { bytes, colorAt } = samplesOf({ ...SIZE, samples, bits, format, littleEndian });
        const fields: TiffField[] = [[339, 3, new Array(samples).fill(format)]];
        if (samples === 4) fields.push([338, 3, [2]]);
        const file = tiffOf(
          { ...SIZE, samples, bits, parts: [bytes], photometric: samples === 1 ? 1 : 2, fields },
          { littleEndian },
        );
        using photo = await decoded(file);
        const image = photo.read({ x: 0, y: 0, ...photo.size });
        for (let y = 0; y < SIZE.height; y++) {
          for (let x = 0; x < SIZE.width; x++) assertNear(at(image, x, y), colorAt(x, y), 1);
        }
      }
    });
  }
}

for (const littleEndian of [true, false]) {
  Deno.test(`decodePhoto() reads a ${littleEndian ? "little" : "big"}-endian BigTIFF as the TIFF of the same content`, async () => {
    const { bytes } = samplesOf({ ...SIZE, samples: 3, bits: 8, format: 1, littleEndian });
    const strips = { parts: [bytes.subarray(0, 192), bytes.subarray(192)], rowsPerStrip: 4 };
    const tiles = { parts: [bytes, bytes], tile: { width: 16, height: 8 }, height: 16 };
    for (const parts of [strips, tiles]) {
      for (const orientation of [1, 6]) {
        const images = await Promise.all([false, true].map(async (big) => {
          const file = tiffOf({ ...SIZE, orientation, ...parts }, { big, littleEndian });
          using photo = await decoded(file);
          return photo.read({ x: 0, y: 0, ...photo.size });
        }));
        assert.deepEqual(images[1], images[0]);
      }
    }
  });
}
