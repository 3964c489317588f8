// Proves that the pixel loops for pixels of three and four bytes give the bits of their twins in TypeScript.
import assert from "node:assert/strict";
import { convertColors } from "../../../kernels/plain/colors.ts";
import { addOpaqueAlpha, hasColor, turned } from "../../../kernels/plain/rgb.ts";
import { ColorConverter } from "../../../shared/image/decode/color/convert_colors.ts";
import {
  colorTables,
  readMatrixProfile,
} from "../../../shared/image/decode/color/matrix_profile.ts";
import { rgbProfile } from "../../../shared/image/decode/icc_profile.ts";
import { TurnedRows } from "../../../shared/image/decode/jpeg/turned_rows.ts";
import { kernels, Scratch } from "../../../shared/image/kernels/kernels.ts";
import { DISPLAY_P3 } from "../../helpers/display_p3.ts";
import { pictureBytes } from "../../helpers/random_bytes.ts";

const LENGTHS = [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 64, 100, 333];

/** Fills the memory, so that what a loop does not write differs from what it should. */
function newScratch(): Scratch {
  const scratch = new Scratch();
  scratch.bytes.fill(0xa5, kernels().start.value);
  return scratch;
}

/** Copies bytes out of the kernels' memory. */
const taken = (scratch: Scratch, at: number, length: number) =>
  scratch.bytes.slice(at, at + length);

for (const channels of [3, 4] as const) {
  for (const length of [...LENGTHS, 20_000]) {
    Deno.test(`convertColors() gives the bits of its twin: ${length} pixels of ${channels} bytes`, () => {
      const tables = colorTables(readMatrixProfile(rgbProfile("Display P3", DISPLAY_P3))!);
      const pixels = pictureBytes(length * channels, length);
      const expected = convertColors(pixels, channels, tables);
      new ColorConverter(tables, newScratch()).convert(pixels, channels);
      assert.deepEqual(pixels, expected);
    });
  }
}

for (const length of LENGTHS) {
  Deno.test(`addOpaqueAlpha() gives the bits of its twin: ${length} pixels`, () => {
    const rgb = pictureBytes(length * 3, length);
    const scratch = newScratch();
    const from = scratch.keep(rgb);
    const to = scratch.reserve(length * 4);
    kernels().addOpaqueAlpha(from, to, length);
    assert.deepEqual(taken(scratch, to, length * 4), addOpaqueAlpha(rgb));
  });
}

for (let orientation = 1; orientation <= 8; orientation++) {
  for (const [width, height, most] of [[1, 1, 4], [7, 150, 8], [90, 3, 16], [33, 128, 16]]) {
    Deno.test(`turnRows() turns as its twin does: orientation ${orientation}, ${width} x ${height}`, () => {
      const rgb = pictureBytes(width * height * 3, width + height);
      const scratch = newScratch();
      const strip = scratch.reserve(most * width * 3);
      const rows = new TurnedRows({ width, height }, orientation, most, scratch);
      for (let y = 0; y < height; y += most) {
        const count = Math.min(most, height - y);
        scratch.bytes.set(rgb.subarray(y * width * 3, (y + count) * width * 3), strip);
        rows.add(strip, count);
      }
      assert.deepEqual(rows.rows.data, turned(rgb, width, orientation));
      const [across, down] = orientation < 5 ? [width, height] : [height, width];
      assert.deepEqual([rows.rows.width, rows.rows.height], [across, down]);
    });
  }
}

Deno.test("hasColor() finds a pixel that is not grey, wherever it is, and none in a grey picture", () => {
  for (let length = 1; length < 40; length++) {
    const grey = Uint8Array.from({ length: length * 3 }, (_, i) => 7 * Math.floor(i / 3));
    const check = (pixels: Uint8Array) => {
      const given = kernels().hasColor(newScratch().keep(pixels), length) !== 0;
      assert.equal(given, hasColor(pixels), `${pixels}`);
    };
    check(grey);
    for (let at = 0; at < grey.length; at++) check(grey.with(at, grey[at] ^ 1));
  }
});
