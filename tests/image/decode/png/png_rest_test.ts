// Proves that a plain PNG is read if its picture is complete, whatever follows the picture's data within the chunks IDAT or
// behind IEND, and that it is refused if rows are missing.
import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { readPngRows } from "../../../../shared/image/decode/png/read_png_rows.ts";
import { concat } from "../../../helpers/bytes.ts";
import { filteredRows, pngOf } from "../../../helpers/png_files.ts";
import { seeded } from "../../../helpers/random.ts";
import { pictureBytes } from "../../../helpers/random_bytes.ts";
import { valueOf } from "../../../helpers/result.ts";
import { pngChunk } from "../../../helpers/tiny_files.ts";

const SIZE = { width: 101, height: 180 };
const random = seeded(4);
const data = Uint8Array.from({ length: SIZE.width * SIZE.height * 3 }, () => random(256));
const rows = filteredRows({ ...SIZE, channels: 3, data }, (y) => y % 5);
const zlib = Uint8Array.from(deflateSync(rows));

const pngWith = (data: Uint8Array) => pngOf({ ...SIZE, colorType: 2, zlib: data });
const idat = (data: Uint8Array) => pngChunk("IDAT", data);
const END_BYTES = 12;

/** Inserts a chunk before IEND. */
function withChunk(png: Uint8Array, chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(png.subarray(0, -END_BYTES), chunk, png.subarray(-END_BYTES));
}

const expected = valueOf(await readPngRows(pngWith(zlib), SIZE, 2));
const wrong = zlib.with(zlib.length - 1, zlib[zlib.length - 1] ^ 1);
const part = (count: number) => deflateSync(rows.subarray(0, count * (1 + 3 * SIZE.width)));

const COMPLETE: Record<string, Uint8Array<ArrayBuffer>> = {
  "one byte": pngWith(concat(zlib, [0])),
  "zeros": pngWith(concat(zlib, new Uint8Array(8))),
  "40,000 other bytes": pngWith(concat(zlib, pictureBytes(40_000, 7))),
  "a second zlib stream": pngWith(concat(zlib, zlib)),
  "zeros in a second chunk": withChunk(pngWith(zlib), idat(new Uint8Array(4))),
  "20,000 bytes in a second chunk": withChunk(pngWith(zlib), idat(new Uint8Array(20_000).fill(85))),
  "a chunk IDAT behind IEND": concat(pngWith(zlib), idat(new Uint8Array(14).fill(103))),
  "a second PNG": concat(pngWith(zlib), pngWith(zlib)),
};
for (const [what, file] of Object.entries(COMPLETE)) {
  Deno.test(`a plain PNG with ${what} behind its data is read`, async () => {
    assert.deepEqual(valueOf(await readPngRows(file, SIZE, 2)), expected);
  });
}

Deno.test("bytes behind the data are passed over wherever the data ends within the pieces that are inflated", async () => {
  for (const over of [0, 1, 2, 3, 4, 5, 100]) {
    // Filler of stored blocks puts the data's end at a multiple of 16 KiB and some bytes.
    const stored = deflateSync(rows, { level: 0 });
    const empty = [0, 0, 0, 0xff, 0xff]; // a stored block without data
    const count = Math.floor(((-stored.length + over) & 16_383) / empty.length);
    const filler = Array.from({ length: count }, () => empty).flat();
    const file = pngWith(concat(stored.subarray(0, 2), filler, stored.subarray(2), [9, 9, 9]));
    assert.deepEqual(valueOf(await readPngRows(file, SIZE, 2)), expected, `${over}`);
  }
});

const INCOMPLETE: Record<string, Uint8Array> = {
  "that lacks a row": concat(part(SIZE.height - 1), new Uint8Array(8)),
  "that lacks half of its rows": concat(part(SIZE.height / 2), pictureBytes(40_000, 7)),
  "of a wrong checksum": concat(wrong, new Uint8Array(8)),
  "that is cut off": concat(zlib.subarray(0, zlib.length / 2), new Uint8Array(20_000).fill(255)),
};
for (const [what, data] of Object.entries(INCOMPLETE)) {
  Deno.test(`a plain PNG ${what}, with bytes behind its data, is refused as damaged`, async () => {
    const read = await readPngRows(pngWith(data), SIZE, 2);
    assert.equal(read.ok ? "" : read.error.code, "invalid_image");
  });
}

Deno.test("a listener stops the reading also where the data is inflated once more", async () => {
  const file = COMPLETE["40,000 other bytes"];
  let all = 0;
  valueOf(await readPngRows(file, SIZE, 2, () => ++all > 0));
  let steps = 0;
  const stopped = await readPngRows(file, SIZE, 2, () => ++steps < all);
  assert.equal(stopped.ok ? "" : stopped.error.code, "image_too_costly");
});
