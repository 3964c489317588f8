// Proves that the first directory of a TIFF is read as libtiff reads it, in both byte orders and as BigTIFF, and that
// no hostile directory costs more than one look at each of its entries.
import assert from "node:assert/strict";
import { readTiffHeader } from "../../../../shared/image/decode/tiff/tiff_header.ts";
import { concat, latin1, le16, le32 } from "../../../helpers/bytes.ts";
import { directory, type TiffField, type TiffLayout, tiffOf } from "../../../helpers/tiff_files.ts";

const LAYOUTS: readonly (readonly [name: string, layout: TiffLayout])[] = [
  ["little-endian", {}],
  ["big-endian", { littleEndian: false }],
  ["little-endian BigTIFF", { big: true }],
  ["big-endian BigTIFF", { big: true, littleEndian: false }],
];
const row = new Uint8Array(37 * 3);

/** A file with only a valid directory. */
function tiffWith(...fields: TiffField[]): Uint8Array<ArrayBuffer> {
  return concat(latin1("II"), le16(42), le32(8), directory(fields, 8));
}

for (const [name, layout] of LAYOUTS) {
  Deno.test(`readTiffHeader() reads strips of a ${name} file`, () => {
    const parts = Array.from({ length: 6 }, () => row);
    const picture = { width: 37, height: 23, parts, rowsPerStrip: 4, compression: 5 };
    const { orientationFields, ...header } = readTiffHeader(
      tiffOf({ ...picture, orientation: 6 }, layout),
    )!;
    assert.deepEqual(header, {
      width: 37,
      height: 23,
      big: layout.big ?? false,
      compression: 5,
      photometric: 2,
      bitsPerSample: 8,
      samplesPerPixel: 3,
      sampleFormat: 1,
      planar: false,
      orientation: 6,
      preview: false,
      profile: false,
      rowsPerStrip: 4,
      parts: 6,
    });
    assert.deepEqual(orientationFields.map(({ bytes }) => bytes), [2]);
  });

  Deno.test(`readTiffHeader() reads tiles, planes and samples of a ${name} file`, () => {
    const picture = { width: 37, height: 23, parts: [row, row, row, row], tile: SIDES, bits: 32 };
    const fields: TiffField[] = [[339, 3, [3, 3, 3, 3]]];
    const header = readTiffHeader(tiffOf({ ...picture, samples: 4, planar: true, fields }, layout));
    assert.deepEqual(header?.tile, SIDES);
    assert.deepEqual(
      [header?.planar, header?.bitsPerSample, header?.sampleFormat, header?.samplesPerPixel],
      [true, 32, 3, 4],
    );
    assert.deepEqual([header?.rowsPerStrip, header?.parts], [23, 4]);
  });
}

const SIDES = { width: 16, height: 32 };

Deno.test("readTiffHeader() uses the standard's defaults for missing tags", () => {
  const header = readTiffHeader(tiffWith([256, 3, [5]], [257, 3, [7]]));
  assert.deepEqual(header, {
    width: 5,
    height: 7,
    big: false,
    compression: 1,
    photometric: 1,
    bitsPerSample: 1,
    samplesPerPixel: 1,
    sampleFormat: 1,
    planar: false,
    orientation: 1,
    orientationFields: [],
    preview: false,
    profile: false,
    rowsPerStrip: 7,
    parts: 0,
  });
});

Deno.test("readTiffHeader() uses a tag's first entry, and lists every place of the orientation", () => {
  const file = tiffWith([256, 3, [5]], [256, 3, [50_000]], [257, 1, [7]], [274, 3, [6]], [
    274,
    4,
    [3],
  ]);
  const header = readTiffHeader(file)!;
  assert.deepEqual([header.width, header.height, header.orientation], [5, 7, 6]);
  assert.deepEqual(header.orientationFields.map(({ bytes }) => bytes), [2, 4]);
  for (const { at, bytes } of header.orientationFields) {
    assert.ok([3, 6].includes(file[at]) && at + bytes <= file.length);
  }
});

for (const orientation of [0, 9, 65_535]) {
  Deno.test(`readTiffHeader() treats the invalid orientation ${orientation} as upright`, () => {
    const file = tiffWith([256, 3, [5]], [257, 3, [7]], [274, 3, [orientation]]);
    assert.equal(readTiffHeader(file)?.orientation, 1);
  });
}

for (const field of [[254, 4, [1]], [255, 3, [2]], [50_706, 1, [1, 4, 0, 0]]] as TiffField[]) {
  Deno.test(`readTiffHeader() detects a preview by field ${field[0]}`, () => {
    const size: TiffField[] = [[256, 3, [5]], [257, 3, [7]]];
    assert.equal(readTiffHeader(tiffWith(...size, field))?.preview, true);
    assert.equal(readTiffHeader(tiffWith(...size, [254, 4, [2]], [255, 3, [1]]))?.preview, false);
  });
}

Deno.test("readTiffHeader() finds nothing in a file without a size, without a directory or of another type", () => {
  assert.equal(readTiffHeader(tiffWith([256, 3, [5]])), null);
  assert.equal(readTiffHeader(tiffWith([256, 3, [0]], [257, 3, [7]])), null);
  assert.equal(readTiffHeader(concat(latin1("II"), le16(42), le32(0xffffffff))), null);
  assert.equal(readTiffHeader(concat(latin1("II"), le16(43), le16(4), new Uint8Array(60))), null);
  assert.equal(readTiffHeader(new Uint8Array(200)), null);
  assert.equal(readTiffHeader(new Uint8Array()), null);
});

Deno.test("readTiffHeader() survives a file that is truncated anywhere", () => {
  for (const [, layout] of LAYOUTS) {
    const file = tiffOf({ width: 37, height: 23, parts: [row, row], orientation: 3 }, layout);
    for (let length = 0; length < file.length; length++) readTiffHeader(file.subarray(0, length));
    assert.equal(readTiffHeader(file.subarray(0, 60)), null);
  }
});

Deno.test("readTiffHeader() finds nothing in a directory with more entries than libtiff accepts", () => {
  const size: TiffField[] = [[256, 3, [5]], [257, 3, [7]]];
  const filled = (count: number) =>
    tiffWith(...size, ...Array.from({ length: count }, (): TiffField => [60_000, 3, [1]]));
  assert.equal(readTiffHeader(filled(4_094))?.width, 5);
  assert.equal(readTiffHeader(filled(4_095)), null);
});

Deno.test("readTiffHeader() reads few samples of a field that claims billions", () => {
  const file = tiffWith([256, 3, [5]], [257, 3, [7]], [258, 3, new Array(70).fill(8)]);
  new DataView(file.buffer).setUint32(8 + 2 + 2 * 12 + 4, 0xffffffff, true);
  assert.equal(readTiffHeader(file)?.bitsPerSample, 8);
});
