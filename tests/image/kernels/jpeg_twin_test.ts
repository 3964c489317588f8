// Proves that the JPEG encoder in WebAssembly gives the bits of its twin in TypeScript.
import assert from "node:assert/strict";
import { jpegData } from "../../../kernels/plain/jpeg.ts";
import { encodeJpeg } from "../../../shared/image/encode/jpeg/encode_jpeg.ts";
import { jpegHead } from "../../../shared/image/encode/jpeg/jpeg_head.ts";
import { quantisationOf } from "../../../shared/image/encode/jpeg/jpeg_tables.ts";
import { pictureBytes } from "../../helpers/random_bytes.ts";

const DENSITY = { x: 72, y: 72, unit: 1 };

for (
  const [width, height] of [[1, 1], [7, 9], [8, 8], [9, 25], [16, 16], [17, 31], [40, 3], [100, 60]]
) {
  for (const quality of [20, 85]) {
    Deno.test(`encodeUnits() gives the bits of its twin: ${width} x ${height}, quality ${quality}`, () => {
      const rgb = pictureBytes(width * height * 3, width * 31 + height);
      rgb.set([1, 2, 3]); // not grey
      const tables = quantisationOf(quality);
      const expected = Uint8Array.from([
        ...jpegHead({ width, height }, tables, DENSITY),
        ...jpegData(rgb, width, tables),
        ...[0xff, 0xd9],
      ]);
      const rows = (y: number, count: number) =>
        rgb.subarray(y * width * 3, (y + count) * width * 3);
      assert.deepEqual(encodeJpeg({ width, height }, quality, DENSITY, rows), expected);
    });
  }
}
